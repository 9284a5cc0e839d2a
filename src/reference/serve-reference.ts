import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, RouteHandlerMethod } from 'fastify';
import { preferredType } from '../platform/errors/accept.js';
import { CachedFile } from '../platform/http/cached-file.js';
import { productVersion } from '../version.js';
import { guideFiles, INDEX_FILE, indexOfGuides } from './guides.js';
import { documentFiles } from './openapi/document-files.js';
import { pageFiles } from './static-files.js';

/**
 * Content security policy of the pages: they may run scripts of this server and call it. Swagger UI sets
 * `style` attributes.
 */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "script-src-attr 'none'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join(';');

const TO_DOCS = '/docs';

/**
 * Serves the API reference to everyone: the page under `/docs`, the OpenAPI documents under `/openapi`, the
 * guides as pages and as Markdown, and `/llms.txt`, which lists them. Each file is built at its first
 * request.
 */
export function serveReference(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const files = new Map([...documentFiles(app), ...guideFiles(), ...pageFiles()]);
  files.set(INDEX_FILE, new CachedFile('text/plain; charset=utf-8', () => indexOfGuides()));
  for (const [path, file] of files) get(fastify, path, (request, reply) => file.send(request, reply));
  get(fastify, '/', (request, reply) => {
    const wantsPage =
      preferredType(request.headers.accept, ['application/json', 'text/html']) === 'text/html';
    void reply.header('Vary', 'Accept');
    void (wantsPage ? reply.redirect(TO_DOCS, 303) : reply.send(placesToStart()));
  });
}

function get(fastify: FastifyInstance, url: string, handler: RouteHandlerMethod): void {
  fastify.get(url, {
    config: { access: { public: true }, ignoresAccept: true },
    onRequest: (_request, reply, done) => {
      void reply.header('Content-Security-Policy', PAGE_POLICY);
      done();
    },
    handler,
  });
}

/** Returns the links of `GET /`, for programs and people. */
function placesToStart(): Record<string, string> {
  return {
    name: 'EUDR platform',
    version: productVersion(),
    reference: TO_DOCS,
    openapi: '/openapi.json',
    guides: INDEX_FILE,
    errors: '/docs/errors',
    health: '/health/ready',
  };
}
