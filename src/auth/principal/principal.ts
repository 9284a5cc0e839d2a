import type { ErrorDefinition } from '../../platform/errors/app-error.js';
import type { JwtContent } from './jwt-content.js';
import type { Role } from './roles.js';

/** The parts of a company that callers may see. */
export interface CompanyRef {
  id: string;
  slug: string;
}

/** What the guard needs to know of every caller. */
interface AnyPrincipal {
  credential: { id: string; name: string; prefix: string; expiresAt: Date | null };
  /** Limit of requests per minute; 0 means no limit. */
  requestsPerMinute: number;
  /**
   * The error for a caller whose credential is valid but who is not allowed in, as for an inactive
   * integration.
   */
  blocked?: ErrorDefinition;
}

/** A machine that calls with a credential of an integration. Handlers know nothing else of it. */
export interface IntegrationPrincipal extends AnyPrincipal {
  company: CompanyRef;
  integration: { id: string; name: string; type: string; status: string };
  scopes: readonly string[];
}

/** A company of a person, with their roles there. */
export interface MemberOf {
  company: CompanyRef & { name: string };
  roles: readonly Role[];
}

/** A person, with any of their credentials. `memberships` are the current ones. */
export interface UserPrincipal extends AnyPrincipal {
  user: { id: string; email: string };
  memberships: readonly MemberOf[];
  /** The default company, for requests that name none. */
  companyId: string;
  /** The content of the JWT, if the person called with one. */
  signedIn?: JwtContent;
}

/** A person in the company that the request is about. The guard sets it. */
export interface MemberPrincipal extends UserPrincipal, MemberOf {}

export type Principal = IntegrationPrincipal | UserPrincipal | MemberPrincipal;
