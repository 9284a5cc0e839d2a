import type { ErrorDefinition } from '../../platform/errors/app-error.js';
import type { JwtContent } from './jwt-content.js';
import type { Role } from './roles.js';

/** A tenant, as callers may know it. */
export interface CompanyRef {
  id: string;
  slug: string;
}

/** What the guard needs of any caller: how it is counted, logged and, where it must not pass, refused. */
interface AnyPrincipal {
  credential: { id: string; name: string; prefix: string; expiresAt: Date | null };
  /** Requests a minute; 0 is no limit. */
  requestsPerMinute: number;
  /** Why this caller is turned away though the credential is valid. */
  blocked?: ErrorDefinition;
}

/** A machine: a credential of an integration. `scopes` is what it may do. All that handlers know of it. */
export interface IntegrationPrincipal extends AnyPrincipal {
  company: CompanyRef;
  integration: { id: string; name: string; type: string; status: string };
  scopes: readonly string[];
}

/** A company that a person belongs to, with their roles there. */
export interface MemberOf {
  company: CompanyRef & { name: string };
  roles: readonly Role[];
}

/** A person, by whichever credential of theirs. `memberships` are as they are now. */
export interface UserPrincipal extends AnyPrincipal {
  user: { id: string; email: string };
  memberships: readonly MemberOf[];
  /** The company that is meant where the request names none. */
  companyId: string;
  /** What they signed in with, where they did. */
  signedIn?: JwtContent;
}

/** A person in the company that the request is about, once the guard has let them in. */
export interface MemberPrincipal extends UserPrincipal, MemberOf {}

export type Principal = IntegrationPrincipal | UserPrincipal | MemberPrincipal;
