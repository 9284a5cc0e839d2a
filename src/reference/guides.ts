import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { CachedFile } from '../platform/http/cached-file.js';
import { pageOf } from './page.js';

export const INDEX_FILE = '/llms.txt';

const FOLDER = fileURLToPath(new URL('../../../docs/', import.meta.url));
const MARKDOWN = '.md';
const TITLE = /^# (.+)$/m;
/** Links between guides. */
const GUIDE_LINK = /^([\w-]+)\.md(#.*)?$/;
const FIRST_PARAGRAPH = /^# .+\n+([^\n]+(?:\n[^\n]+)*)/m;

/** Returns each guide as Markdown (`/docs/webhooks.md`) and as a page (`/docs/webhooks`). */
export function guideFiles(): [path: string, file: CachedFile][] {
  return guideNames().flatMap((name): [string, CachedFile][] => [
    [`/docs/${name}${MARKDOWN}`, new CachedFile('text/markdown; charset=utf-8', () => markdownOf(name))],
    [`/docs/${name}`, new CachedFile('text/html; charset=utf-8', async () => asPage(await markdownOf(name)))],
  ]);
}

/** Returns the index of the documentation for programs: https://llmstxt.org. */
export async function indexOfGuides(): Promise<string> {
  const lines = await Promise.all(
    guideNames().map(async (name) => {
      const text = await markdownOf(name);
      const [, about = ''] = FIRST_PARAGRAPH.exec(text) ?? [];
      return `- [${titleOf(text)}](/docs/${name}${MARKDOWN}): ${about.replace(/\s+/g, ' ')}`;
    }),
  );
  return [
    '# EUDR platform',
    '',
    '> Sync suppliers, products and batches from an ERP, and read the status of their Due Diligence Statements (EU 2023/1115).',
    '',
    '## API',
    '',
    '- [OpenAPI, Integration](/openapi/integration.json): what an ERP calls, by an integration token.',
    '- [OpenAPI, whole](/openapi.json): every call.',
    '',
    '## Guides',
    '',
    ...lines,
    '',
  ].join('\n');
}

function guideNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(MARKDOWN))
    .map((file) => file.slice(0, -MARKDOWN.length));
}

function markdownOf(name: string): Promise<string> {
  return readFile(`${FOLDER}${name}${MARKDOWN}`, 'utf8');
}

function titleOf(markdown: string): string {
  return TITLE.exec(markdown)?.[1] ?? '';
}

async function asPage(markdown: string): Promise<string> {
  const { Marked } = await import('marked');
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text }) {
        return `<h${depth} id="${anchorOf(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        return `<a href="${href.replace(GUIDE_LINK, '/docs/$1$2')}">${this.parser.parseInline(tokens)}</a>`;
      },
    },
  });
  return pageOf(titleOf(markdown), await marked.parse(markdown));
}

const CODE = /^[A-Z][A-Z_]+$/;

/** Keeps error codes as they are, and converts other headings as GitHub does. */
function anchorOf(heading: string): string {
  if (CODE.test(heading)) return heading;
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
