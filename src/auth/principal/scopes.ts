/** Scopes: what a machine credential may do in the Integration API. */
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

/**
 * Returns the required scopes that the caller lacks; empty if the caller has enough.
 * @param anyOf whether one of the required scopes is enough
 */
export function missingScopes(
  held: readonly string[],
  required: readonly string[],
  anyOf: boolean = false,
): string[] {
  const missing = required.filter((scope) => !held.includes(scope));
  return anyOf && missing.length < required.length ? [] : missing;
}

export function isScope(text: string): text is Scope {
  return (SCOPES as readonly string[]).includes(text);
}
