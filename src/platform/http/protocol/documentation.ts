import type { RouteOptions } from 'fastify';
import { CommonErrors } from '../../errors/common.errors.js';

/** The documentation's pages are served by their own library, which knows no decorators. */
const DOCUMENTATION = /^\/(docs(\/|$)|openapi\.(json|yaml)$)/;

/** All files of the library's folder that its page needs; the folder has sources, maps and logs besides. */
const PAGE_FILES = new Set([
  'favicon-16x16.png',
  'favicon-32x32.png',
  'swagger-ui-bundle.js',
  'swagger-ui-standalone-preset.js',
  'swagger-ui.css',
]);

/** What the page may do: run its own scripts and call this server. */
const PAGE_POLICY = [
  "default-src 'self'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "img-src 'self' data:",
  "object-src 'none'",
  "script-src-attr 'none'",
  "style-src 'self' 'unsafe-inline'",
].join(';');

/** Opens the routes of the documentation to everyone, and no file that the page does not need. */
export function openDocumentation(route: RouteOptions): void {
  if (!DOCUMENTATION.test(route.url)) return;
  route.config = { ...route.config, access: { public: true }, ignoresAccept: true };
  route.onRequest = ({ params }, reply, done) => {
    const file = (params as { '*'?: string })['*'];
    if (file !== undefined && !PAGE_FILES.has(file)) return done(CommonErrors.notFound.error());
    void reply.header('Content-Security-Policy', PAGE_POLICY);
    done();
  };
}

/** Whether it answers the document, which takes long to make, is large, and is the same for everyone. */
export function isDocument({ url }: RouteOptions): boolean {
  return /^\/openapi\.(json|yaml)$/.test(url);
}
