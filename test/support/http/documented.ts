import { readFileSync } from 'node:fs';

interface Operation {
  responses: Record<string, { content?: Record<string, { examples?: Record<string, unknown> }> }>;
}

const document = JSON.parse(readFileSync('openapi.json', 'utf8')) as {
  paths: Record<string, Record<string, Operation>>;
};

const routes = Object.entries(document.paths).map(([path, operations]) => ({
  form: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`),
  operations,
}));

/**
 * Holds every answer that any test gets against the committed OpenAPI document: its status must be listed for
 * the route, and an error's code among that status's examples.
 */
export function requireDocumented(method: string, path: string, status: number, body: unknown): void {
  const route = routes.find(({ form }) => form.test((path.split('?')[0] ?? '').replace(/\/$/, '')));
  const operation = route?.operations[method.toLowerCase()];
  if (!operation) return;
  const documented = operation.responses[String(status)];
  const code = (body as { error?: unknown } | null)?.error;
  const codes = Object.keys(documented?.content?.['application/json']?.examples ?? {});
  const isError = status >= 400 && typeof code === 'string';
  const known = documented !== undefined && (!isError || codes.includes(code));
  if (!known)
    throw new Error(
      `openapi.json lacks ${status} ${typeof code === 'string' ? code : ''} for ${method} ${path}`,
    );
}
