import { brotliCompressSync, brotliDecompressSync, gunzipSync } from 'node:zlib';
import { request } from 'undici';
import { startApp, type TestApp } from '../../support/app/app.js';
import { ask } from '../../support/http/raw-answer.js';

const DOCUMENTS = ['/openapi/integration.json', '/openapi/account.json', '/openapi/management.json'];
const GUIDES = [
  'api',
  'errors',
  'operations',
  'performance',
  'quickstart',
  'reliability',
  'running',
  'security',
  'webhooks',
];
const MAX_DOCUMENT = 120_000;
const MAX_WHOLE_COMPRESSED = 25_000;

interface Document {
  openapi: string;
  info: { title: string };
  paths: Record<string, object>;
  webhooks?: Record<string, object>;
  components: Record<string, Record<string, unknown>>;
}

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(app.url + path, { headers, redirect: 'manual' });
const textOf = async (path: string): Promise<string> => (await get(path)).text();
const documentAt = async (path: string): Promise<Document> => JSON.parse(await textOf(path)) as Document;
const statusOf = async (path: string): Promise<number> => {
  const response = await get(path);
  await response.arrayBuffer();
  return response.status;
};

describe('the documents', () => {
  it.each(DOCUMENTS)('%s is small, and holds all that it refers to', async (path) => {
    const text = await textOf(path);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_DOCUMENT);
    const { openapi, components } = JSON.parse(text) as Document;
    expect(openapi).toBe('3.1.0');
    const refs = [...text.matchAll(/"#\/components\/(\w+)\/([\w.-]+)"/g)];
    expect(refs.length).toBeGreaterThan(100);
    for (const [ref, kind = '', name = ''] of refs)
      expect([ref, components[kind]?.[name]]).not.toContain(undefined);
  });

  it('hold nothing that they do not need', async () => {
    for (const path of DOCUMENTS) {
      const text = await textOf(path);
      const { components } = JSON.parse(text) as Document;
      const names = ['schemas', 'responses', 'parameters', 'headers'].flatMap((kind) =>
        Object.keys(components[kind] ?? {}).map((name) => `#/components/${kind}/${name}`),
      );
      expect(names.filter((name) => !text.includes(`"${name}"`))).toEqual([]);
    }
  });

  it('together are the whole but for its health checks, and only Integration has the webhooks', async () => {
    const whole = await documentAt('/openapi.json');
    const parts = await Promise.all(DOCUMENTS.map(documentAt));
    const paths = parts.flatMap((part) => Object.keys(part.paths));
    const rest = Object.keys(whole.paths).filter((path) => !paths.includes(path));
    expect(rest.sort()).toEqual(['/.well-known/jwks.json', '/health/live', '/health/ready']);
    expect(new Set(paths).size).toBe(paths.length);
    expect(Object.keys(whole.webhooks ?? {})).toContain('supplier.created');
    expect(parts.map(({ webhooks }) => Object.keys(webhooks ?? {}).length > 0)).toEqual([true, false, false]);
  });

  it('the whole is small where it is compressed', async () => {
    expect(brotliCompressSync(await textOf('/openapi.json')).length).toBeLessThanOrEqual(
      MAX_WHOLE_COMPRESSED,
    );
  });

  it('the whole comes as YAML too', async () => {
    expect(await textOf('/openapi.yaml')).toMatch(/^openapi: 3\.1\.0$/m);
  });
});

describe('a file', () => {
  it.each([
    ['br', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['gzip, deflate, br', 'br', brotliDecompressSync],
    ['br;q=0, gzip', 'gzip', gunzipSync],
    ['identity', null, (body: Buffer) => body],
    ['zstd', null, (body: Buffer) => body],
  ])('asked for with Accept-Encoding: %s comes as %s', async (accepted, coding, decode) => {
    const plain = await textOf('/openapi.json');
    const { headers, body } = await request(`${app.url}/openapi.json`, {
      headers: { 'accept-encoding': accepted },
    });
    expect(headers['content-encoding'] ?? null).toBe(coding);
    expect(headers.vary).toBe('Accept-Encoding');
    expect(decode(Buffer.from(await body.arrayBuffer())).toString()).toBe(plain);
  });

  it('is a 304 for the ETag of its own coding alone', async () => {
    const tags = await Promise.all(
      ['br', 'gzip', 'identity'].map(async (coding) => {
        const response = await get('/docs/reference.js', { 'accept-encoding': coding });
        await response.arrayBuffer();
        return [coding, response.headers.get('etag') as string] as const;
      }),
    );
    expect(new Set(tags.map(([, tag]) => tag)).size).toBe(3);
    for (const [coding, tag] of tags) {
      for (const [other, othersTag] of tags) {
        const headers = { 'accept-encoding': coding, 'if-none-match': othersTag };
        const { status } = await get('/docs/reference.js', headers);
        expect([coding, other, status]).toEqual([coding, other, othersTag === tag ? 304 : 200]);
      }
    }
  });

  it('answers HEAD with the headers alone', async () => {
    const { status, body } = await ask(app.url, 'HEAD /openapi.json HTTP/1.1');
    expect([status, body]).toEqual([200, '']);
  });
});

describe('the pages', () => {
  it('the reference loads what it names, from this server alone', async () => {
    const page = await textOf('/docs');
    const files = [...page.matchAll(/(?:href|src)="([^"]+\.(?:js|css|png))"/g)].map(
      ([, file]) => file as string,
    );
    expect(files.length).toBeGreaterThanOrEqual(5);
    for (const file of files) expect([file, await statusOf(file)]).toEqual([file, 200]);
    expect(page).not.toMatch(/<script>|<style>|https?:\/\//);
  });

  it('every link of a page to a place of this server leads somewhere', async () => {
    for (const guide of GUIDES) {
      const page = await textOf(`/docs/${guide}`);
      const links = [...page.matchAll(/href="(\/[^"#]*)/g)].map(([, link]) => link as string);
      for (const link of new Set(links))
        expect([guide, link, await statusOf(link)]).toEqual([guide, link, 200]);
    }
  });

  it.each(GUIDES)('the guide %s is a page and Markdown', async (guide) => {
    const markdown = await get(`/docs/${guide}.md`);
    const [, title = ''] = /^# (.+)$/m.exec(await markdown.text()) ?? [];
    expect(markdown.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
    const page = await textOf(`/docs/${guide}`);
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain(`<title>${title}`);
  });

  it('may run scripts of this server alone', async () => {
    for (const path of ['/docs', '/docs/errors']) {
      const response = await get(path);
      await response.arrayBuffer();
      const policy = response.headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(
        /default-src 'none'.*script-src 'self'.*base-uri 'none'.*frame-ancestors 'none'/,
      );
      expect(policy).not.toMatch(/script-src[^;]*unsafe|\*/);
    }
  });

  it('and /llms.txt names every guide and document', async () => {
    const index = await textOf('/llms.txt');
    for (const path of [...GUIDES.map((guide) => `/docs/${guide}.md`), '/openapi.json'])
      expect(index).toContain(`(${path})`);
  });

  it.each([
    'package.json',
    'README.md',
    '%70ackage.json',
    '..%2fpackage.json',
    '%2e%2e/package.json',
    'swagger-ui-bundle.js.map',
    'index.js',
    'LICENSE',
  ])('are all that there is: not %s', async (file) => {
    expect((await ask(app.url, `GET /docs/${file} HTTP/1.1`)).status).toBe(404);
  });
});

describe('GET /', () => {
  it('tells a program where things are', async () => {
    const body = (await (await get('/')).json()) as Record<string, string>;
    const paths = Object.values(body).filter((value) => value.startsWith('/'));
    expect(paths.length).toBeGreaterThanOrEqual(4);
    for (const path of paths) expect([path, await statusOf(path)]).toEqual([path, 200]);
  });

  it('sends a browser to the reference', async () => {
    const response = await get('/', { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' });
    expect([response.status, response.headers.get('location')]).toEqual([303, '/docs']);
    expect(response.headers.get('vary')).toBe('Accept');
  });
});

describe('an error', () => {
  it.each([
    ['of the Integration API', '/api/v1/integration/suppliers/none', 'INVALID_TOKEN_FORMAT', 'Bearer x'],
    ['of the account routes', '/api/v1/auth/me/', 'NOT_FOUND', ''],
    ['of the management API', '/apiops/projects', 'AUTHENTICATION_REQUIRED', ''],
  ])('%s leads to the page of its code', async (_, path, code, authorization) => {
    const response = await get(path, authorization ? { authorization } : {});
    await response.arrayBuffer();
    const help = /^<http[^>]+(\/docs\/errors)#([A-Z_]+)>; rel="help"$/.exec(
      response.headers.get('link') ?? '',
    );
    expect(help?.slice(1)).toEqual(['/docs/errors', code]);
    expect(await textOf('/docs/errors')).toContain(`id="${code}"`);
  });

  it('below the router does too', async () => {
    const { headers } = await ask(app.url, 'GET / no HTTP/1.1');
    expect(headers.get('link')).toMatch(/^<http[^>]+\/docs\/errors#BAD_REQUEST>; rel="help"$/);
  });
});

it('DOCS=false hides all of it, and errors lead nowhere', async () => {
  const hidden = await startApp({ DOCS: 'false' }, app.env);
  for (const path of [
    '/',
    '/docs',
    '/docs/swagger-ui.css',
    '/docs/errors',
    '/openapi.json',
    '/openapi.yaml',
    '/llms.txt',
    ...DOCUMENTS,
  ]) {
    const response = await fetch(hidden.url + path, { headers: { accept: 'application/problem+json' } });
    expect([path, response.status, response.headers.get('link')]).toEqual([path, 404, null]);
    expect(await response.json()).toMatchObject({ type: 'about:blank', title: 'Not Found' });
  }
  await hidden.close();
});
