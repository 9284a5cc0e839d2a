import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CachedFile } from '../platform/http/cached-file.js';
import { referencePage } from './page.js';

const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';
const PUBLIC = fileURLToPath(new URL('../../../public/', import.meta.url));
const SWAGGER_UI = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

/** Returns the reference page, and the scripts, styles and icons of all pages, by path. */
export function pageFiles(): [path: string, file: CachedFile][] {
  return [
    ['/docs', new CachedFile('text/html; charset=utf-8', referencePage)],
    ['/docs/reference.js', new CachedFile(SCRIPT, () => readFile(join(PUBLIC, 'reference.js')))],
    ['/docs/reference.css', new CachedFile(STYLE, () => readFile(join(PUBLIC, 'reference.css')))],
    ['/docs/swagger-ui-bundle.js', new CachedFile(SCRIPT, () => swaggerUi('swagger-ui-bundle.js'))],
    ['/docs/swagger-ui.css', new CachedFile(STYLE, () => swaggerUi('swagger-ui.css'))],
    ['/docs/favicon-32x32.png', new CachedFile('image/png', () => swaggerUi('favicon-32x32.png'))],
  ];
}

function swaggerUi(file: string): Promise<Buffer> {
  return readFile(join(SWAGGER_UI, file));
}
