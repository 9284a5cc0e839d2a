/** What a machine credential may do, in the words of the Integration API. */
export const SCOPES = [
  'integration:suppliers:read',
  'integration:suppliers:write',
  'integration:products:read',
  'integration:products:write',
  'integration:batches:read',
  'integration:batches:write',
  'integration:dds:read',
  'integration:webhooks:manage',
  'integration:sync:read',
] as const;

export type Scope = (typeof SCOPES)[number];

/** The required scopes that are not held; empty where the held ones suffice. */
export function missingScopes(held: readonly string[], required: readonly string[]): string[] {
  return required.filter((scope) => !held.includes(scope));
}

export function isScope(text: string): text is Scope {
  return (SCOPES as readonly string[]).includes(text);
}
