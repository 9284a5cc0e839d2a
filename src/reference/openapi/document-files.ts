import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { CachedFile } from '../../platform/http/cached-file.js';
import { SURFACES } from '../../surfaces.js';
import { partialDocument } from './partial-document.js';
import { createOpenApiDocument } from './document.js';

const JSON_FILE = 'application/json; charset=utf-8';

/** Names of the partial documents, in the order of the reference. */
export const DOCUMENTS = [...new Set(SURFACES.all.flatMap(({ document }) => document ?? []))];

/**
 * Returns the OpenAPI documents by path. `/openapi.json` is the whole document, for generators; the others
 * are parts of it.
 */
export function documentFiles(app: NestFastifyApplication): [path: string, file: CachedFile][] {
  let whole: OpenAPIObject | undefined;
  const made = (): OpenAPIObject => (whole ??= createOpenApiDocument(app));
  const parts = DOCUMENTS.map((name): [string, CachedFile] => [
    `/openapi/${name.toLowerCase()}.json`,
    new CachedFile(JSON_FILE, () => JSON.stringify(partialDocument(made(), name))),
  ]);
  return [
    ['/openapi.json', new CachedFile(JSON_FILE, () => JSON.stringify(made()))],
    ['/openapi.yaml', new CachedFile('text/yaml; charset=utf-8', async () => asYaml(made()))],
    ...parts,
  ];
}

async function asYaml(document: OpenAPIObject): Promise<string> {
  const { dump } = await import('js-yaml');
  return dump(document, { noRefs: true, skipInvalid: true });
}
