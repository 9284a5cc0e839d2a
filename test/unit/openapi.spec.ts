import { readdirSync, readFileSync } from 'node:fs';
import { SURFACES } from '../../src/surfaces.js';
import {
  DOCUMENT,
  type Operation,
  OPERATIONS,
  type Parameter,
  resolved,
  type Schema,
  typeOf,
} from '../support/openapi/document.js';

/** One verb for one act. */
const VERBS = [
  ...['Get', 'List', 'Create', 'Update', 'Replace', 'Delete'],
  ...['Activate', 'Deactivate', 'Revoke', 'Rotate'],
];
/** Acts for which none of the verbs is right. */
const OTHER_ACTS = [
  ...['Sign in', 'Sign out', 'Accept an invitation', 'Report leaked credentials'],
  ...['Test a webhook', 'Redeliver an event', 'Replay the events'],
];

const CLASS = /^(?:export )?(?:abstract )?class (\w+)/gm;
const label = ({ method, path }: Operation): string => `${method} ${path}`;
const isClosed = ({ security = [] }: Operation): boolean =>
  security.every((scheme) => Object.keys(scheme).length > 0);

/** What a check finds wrong with each operation, by the operation. */
const wrongOf = (check: (operation: Operation) => string[]): string[] =>
  OPERATIONS.flatMap((operation) => check(operation).map((problem) => `${label(operation)}: ${problem}`));

describe('schemas', () => {
  it('each have a name of their own, because a second class of the name would take the place of the first', () => {
    const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => ({ file, text: readFileSync(`src/${file}`, 'utf8') }))
      .filter(({ file, text }) => file.endsWith('.dto.ts') || text.includes('@ApiProperty'));
    const names = sources.flatMap(({ text }) => [...text.matchAll(CLASS)].map(([, name]) => name as string));
    expect(names.length).toBeGreaterThan(50);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    const made = Object.keys(DOCUMENT.components.schemas).filter((name) => !names.includes(name));
    const ofEvents = [
      'WebhookEvent',
      ...['Supplier', 'Product', 'Batch', 'Sync', 'Dds', 'Credential'].map((thing) => `${thing}EventData`),
    ];
    expect(made).toEqual(['SupplierContent', 'ProductContent', 'BatchContent', ...ofEvents]);
  });

  it('name the members of every object, or say that they are free', () => {
    const unnamed = everySchema().filter(
      ({ type, properties, additionalProperties }) =>
        type === 'object' && !properties && additionalProperties === undefined,
    );
    // In `oneOf`, the one value that is no object.
    expect(unnamed.filter((schema) => JSON.stringify(schema.enum) !== '[null]')).toEqual([]);
  });

  it('require only members that they name', () => {
    const wrong = everySchema().filter(({ required = [], properties }) =>
      required.some((name) => !(name in (properties ?? {}))),
    );
    expect(wrong).toEqual([]);
  });

  it('list null among the values of what may be null', () => {
    expect(
      everySchema().filter(
        ({ type, enum: values }) => type?.includes('null') && values?.includes(null) === false,
      ),
    ).toEqual([]);
  });
});

describe('parameters', () => {
  it('have plain types and bounds', () => {
    expect(
      wrongOf(({ parameters }) =>
        parameters.filter((parameter) => !isPlain(parameter)).map(({ name }) => name),
      ),
    ).toEqual([]);
  });

  it('have no example where they are optional, because Swagger UI would send it', () => {
    const wrong = wrongOf(({ parameters }) =>
      parameters
        .filter(
          ({ required, example, schema = {} }) => !required && (example ?? schema.example) !== undefined,
        )
        .map(({ name }) => name),
    );
    expect(wrong).toEqual([]);
  });

  it('stand once, and those of a path are the ones that it names', () => {
    const wrong = wrongOf(({ path, parameters }) => {
      const names = parameters.map(({ in: place, name }) => `${place} ${name.toLowerCase()}`);
      const inPath = parameters.filter((parameter) => parameter.in === 'path');
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      return [
        ...names.filter((name, index) => names.indexOf(name) !== index),
        ...inPath.filter(({ name, required }) => !required || !named.includes(name)).map(({ name }) => name),
        ...named.filter((name) => !inPath.some((parameter) => parameter.name === name)).map(String),
      ];
    });
    expect(wrong).toEqual([]);
  });
});

describe('operations', () => {
  it('have ids of their own, a sentence, and say who may call them', () => {
    const ids = OPERATIONS.map(({ operationId }) => operationId);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    const lacks = wrongOf(({ operationId, summary, security }) => [
      ...(operationId ? [] : ['no operationId']),
      ...(summary ? [] : ['no summary']),
      ...(security?.length ? [] : ['no security']),
    ]);
    expect(lacks).toEqual([]);
  });

  it('have a summary of at most 8 words that begins with an allowed verb', () => {
    const wrong = wrongOf(({ summary = '' }) => {
      const [verb = '', ...rest] = summary.split(' ');
      const isAllowed = VERBS.includes(verb) || OTHER_ACTS.some((act) => summary.startsWith(act));
      return isAllowed && rest.length < 8 ? [] : [summary];
    });
    expect(wrong).toEqual([]);
  });

  it('share no summary with another one of their document', () => {
    const named = OPERATIONS.map(({ path, summary }) => `${SURFACES.of(path).document}: ${summary}`);
    expect(named.filter((name, index) => named.indexOf(name) !== index)).toEqual([]);
  });

  it('tell of the refusals that their callers can meet', () => {
    const lacks = wrongOf((operation) => {
      const { path, parameters, responses, body } = operation;
      const needed = [
        ...(isClosed(operation) ? ['401', '429', '500', '503'] : []),
        ...(needsMore(operation) ? ['403'] : []),
        ...((body ?? parameters.some((parameter) => parameter.in === 'query')) ? ['400'] : []),
        ...(/\{(?!name)/.test(path) ? ['404'] : []),
        'default',
      ];
      return needed.filter((status) => !(status in responses));
    });
    expect(lacks).toEqual([]);
  });

  it('write errors in the form of their surface, with their codes and an example, and as RFC 9457', () => {
    const wrong = wrongOf(({ path, responses }) => {
      const errors = Object.entries(responses).filter(([status]) => !/^[23]/.test(status));
      const form = `#/components/schemas/${SURFACES.of(path).errorBody.name}`;
      const isRight = (response: Operation['responses'][string]): boolean => {
        const { content = {} } = resolved(response);
        const plain = content['application/json'];
        return (
          plain?.schema.$ref === form &&
          resolved(response)['x-error-codes']!.length > 0 &&
          plain.example !== undefined &&
          content['application/problem+json']?.schema.$ref === '#/components/schemas/ProblemDetails'
        );
      };
      return errors.filter(([, response]) => !isRight(response)).map(([status]) => status);
    });
    expect(wrong).toEqual([]);
  });

  it('tell what is in every body that they answer', () => {
    const wrong = wrongOf(({ responses }) =>
      Object.entries(responses)
        .filter(([status, response]) => {
          const { content } = resolved(response);
          if (/^(204|304)$/.test(status)) return content !== undefined;
          return !content || Object.values(content).some(({ schema }) => Object.keys(schema).length === 0);
        })
        .map(([status]) => status),
    );
    expect(wrong).toEqual([]);
  });
});

function needsMore(operation: Operation): boolean {
  const names = ['x-required-scopes', 'x-required-scopes-any', 'x-required-roles-any'] as const;
  return names.some((name) => (operation[name] ?? []).length > 0);
}

/** A type without parts, and how much of it there can be. Headers together are bounded by 64 kB, a URL by 48 kB. */
function isPlain({ in: place, schema = {} }: Parameter): boolean {
  const { items, minimum, maxItems } = schema;
  const type = typeOf(schema);
  if (type === 'array')
    return maxItems !== undefined && /^(string|integer|number|boolean)$/.test(typeOf(items ?? {}) ?? '');
  if (type === 'integer' || type === 'number') return minimum !== undefined;
  const isBounded = [schema.maxLength, schema.pattern, schema.enum, schema.format].some(Boolean);
  return type === 'boolean' || (type === 'string' && (place === 'header' || isBounded));
}

/** All of the document, those of members and items too. */
function everySchema(): Schema[] {
  const ofBodies = OPERATIONS.flatMap(({ body, responses }) => [
    ...(body ? [body] : []),
    ...Object.values(responses).flatMap((response) =>
      Object.values(resolved(response).content ?? {}).map(({ schema }) => schema),
    ),
  ]);
  return [...Object.values(DOCUMENT.components.schemas), ...ofBodies].flatMap(withParts);
}

function withParts(schema: Schema): Schema[] {
  const { properties = {}, items, allOf = [], oneOf = [], anyOf = [] } = schema;
  const parts = [...Object.values(properties), ...(items ? [items] : []), ...allOf, ...oneOf, ...anyOf];
  return [schema, ...parts.flatMap(withParts)];
}
