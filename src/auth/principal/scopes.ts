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

/**
 * The required scopes that are not held; empty where the held ones suffice.
 * @param anyOf whether one of the required ones is enough.
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
