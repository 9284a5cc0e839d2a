/**
 * Roles of a member in a company. `ROLE_ADMIN` may do everything, each other role its own part. Every role
 * may read.
 */
export const ROLES = [
  'ROLE_ADMIN',
  'ROLE_MANAGE_INTEGRATIONS',
  'ROLE_ACTIVATE_INTEGRATIONS',
  'ROLE_API_SECURITY',
  'ROLE_VIEWER',
] as const;

export type Role = (typeof ROLES)[number];

/** Whether the member's roles include one of the required ones. `ROLE_ADMIN` includes every role. */
export function suffices(held: readonly Role[], anyOf: readonly Role[]): boolean {
  return held.some((role) => role === 'ROLE_ADMIN' || anyOf.includes(role) || anyOf.includes('ROLE_VIEWER'));
}

/** Returns the requested roles that the actor does not hold. The actor cannot grant them. */
export function notGrantable(held: readonly Role[], input: readonly Role[]): Role[] {
  return held.includes('ROLE_ADMIN') ? [] : input.filter((role) => !held.includes(role));
}

export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}
