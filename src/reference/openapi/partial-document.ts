import type { OpenAPIObject } from '@nestjs/swagger';
import { DESCRIPTIONS } from './descriptions.js';
import { SURFACES } from '../../surfaces.js';

type Components = Record<string, Record<string, unknown>>;
type Schemes = NonNullable<NonNullable<OpenAPIObject['components']>['securitySchemes']>;

/** Returns the part of the document for surfaces of one name, with the components and tags that it needs. */
export function partialDocument(document: OpenAPIObject, name: keyof typeof DESCRIPTIONS): OpenAPIObject {
  const { webhooks, ...rest } = document;
  const paths = Object.fromEntries(
    Object.entries(document.paths).filter(([path]) => SURFACES.of(path).document === name),
  );
  const tags = SURFACES.all.flatMap((surface) =>
    surface.document === name ? Object.keys(surface.tags) : [],
  );
  const hasWebhooks = SURFACES.all.some((surface) => surface.document === name && surface.sendsWebhooks);
  const part = {
    ...rest,
    info: { ...document.info, title: `${document.info.title}: ${name}`, description: DESCRIPTIONS[name] },
    tags: (document.tags ?? []).filter((tag) => tags.includes(tag.name)),
    paths,
    ...(hasWebhooks && { webhooks }),
  };
  const text = JSON.stringify([paths, hasWebhooks ? webhooks : {}]);
  const components = componentsOf(text, document.components as Components);
  return { ...part, components: { ...components, securitySchemes: schemesOf(part) } };
}

/** Returns the security schemes that the operations use. */
function schemesOf({ paths, components }: OpenAPIObject): Schemes {
  const operations = Object.values(paths).flatMap((path) => Object.values(path) as { security?: object[] }[]);
  const names = operations.flatMap(({ security = [] }) => security.flatMap(Object.keys));
  const schemes = Object.entries(components?.securitySchemes ?? {});
  return Object.fromEntries(schemes.filter(([name]) => names.includes(name)));
}

const COMPONENT = /#\/components\/(\w+)\/([\w.-]+)"/g;

/** Returns the components that a text refers to, directly or through other components. */
function componentsOf(text: string, all: Components): Components {
  const needed: Components = {};
  const add = (within: string): void => {
    for (const [, kind = '', name = ''] of within.matchAll(COMPONENT)) {
      const kept = (needed[kind] ??= {});
      if (name in kept) continue;
      kept[name] = all[kind]?.[name];
      add(JSON.stringify(kept[name]));
    }
  };
  add(text);
  return needed;
}
