/** What a member may do in a company: `ROLE_ADMIN` everything, each other role its part, and all of them read. */
export const ROLES = [
  'ROLE_ADMIN',
  'ROLE_MANAGE_INTEGRATIONS',
  'ROLE_ACTIVATE_INTEGRATIONS',
  'ROLE_API_SECURITY',
  'ROLE_VIEWER',
] as const;

export type Role = (typeof ROLES)[number];

/** Whether the held roles allow what one of the required ones is needed for. */
export function suffices(held: readonly Role[], anyOf: readonly Role[]): boolean {
  return held.some((role) => role === 'ROLE_ADMIN' || anyOf.includes(role) || anyOf.includes('ROLE_VIEWER'));
}

/** The roles that are not held, and so cannot be granted to anyone. */
export function notGrantable(held: readonly Role[], input: readonly Role[]): Role[] {
  return held.includes('ROLE_ADMIN') ? [] : input.filter((role) => !held.includes(role));
}

export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}
