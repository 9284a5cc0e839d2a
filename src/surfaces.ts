import type { Type } from '@nestjs/common';
import { orProblemDetails, plainError } from './platform/errors/error-format.js';
import { ErrorBody } from './platform/http/dto/error-body.dto.js';
import { type Surface, Surfaces } from './platform/http/surfaces.js';
import { companiesError } from './surfaces/companies-errors.js';
import { AccountErrorBody } from './surfaces/dto/companies-error-body.dto.js';
import { ManagementErrorBody } from './surfaces/dto/management-error-body.dto.js';
import { managementError } from './surfaces/management-errors.js';

/** A surface with its part of the OpenAPI document. */
export interface DocumentedSurface extends Surface {
  /** The class that describes the body of its errors. */
  errorBody: Type<object>;
  /** The tags of its routes, with descriptions. */
  tags: Record<string, string>;
  /** The separate document that shows it, beside the whole document. Several surfaces may share one. */
  document?: 'Integration' | 'Account' | 'Management';
  /** Whether its callers receive webhooks. */
  sendsWebhooks?: boolean;
}

const INTEGRATION: DocumentedSurface = {
  name: 'integration',
  prefixes: ['/api/v1/integration'],
  document: 'Integration',
  sendsWebhooks: true,
  formatError: orProblemDetails(plainError),
  errorBody: ErrorBody,
  tags: {
    'Current token': 'Get or revoke the token that makes the call.',
    Suppliers: 'The companies that supply the goods.',
    Products: 'Traded goods with their HS codes.',
    Batches: 'Quantities of one product received together. A DDS covers batches.',
    DDS: 'Due Diligence Statements.',
    'Integration: sync': 'Sync runs, sync status and the change feed.',
    'Integration: webhooks': 'Webhooks, their deliveries and replay.',
  },
};

const COMPANIES: DocumentedSurface = {
  name: 'companies',
  prefixes: ['/api/v1/auth', '/api/v1/companies'],
  document: 'Account',
  formatError: orProblemDetails(companiesError),
  errorBody: AccountErrorBody,
  tags: {
    'Account: sign-in': 'Sign-in, access tokens and refresh tokens.',
    'Private tokens': 'Long-lived JWTs of a person, for servers.',
  },
};

const INTEGRATIONS_OF_A_COMPANY: DocumentedSurface = {
  name: 'integrations of a company',
  prefixes: ['/api/integrations'],
  document: 'Account',
  formatError: orProblemDetails(plainError),
  errorBody: ErrorBody,
  tags: {
    'Account: integrations': 'The connected systems of a company.',
    'Account: tokens': 'The tokens of an integration.',
    'Account: webhooks': 'The webhooks of an integration.',
    'Account: sync': 'The sync runs of an integration.',
  },
};

const MANAGEMENT: DocumentedSurface = {
  name: 'management',
  prefixes: ['/apiops'],
  document: 'Management',
  formatError: orProblemDetails(managementError),
  errorBody: ManagementErrorBody,
  tags: {
    'Management: sign-in': 'Access tokens for scripts.',
    Users: 'Members of a company, their roles and invitations.',
    Projects: 'The companies of the caller.',
    'Management: integrations': 'The connected systems of a company.',
    'Management: tokens': 'Tokens of integrations, bulk revocation and leak reports.',
    'Personal tokens': 'Tokens for scripts that act for a person.',
    Audit: 'The audit log of credentials.',
    Usage: 'Requests and errors by credential and day.',
    Probes: 'Checks of the service and of a credential.',
  },
};

const EVERYTHING_ELSE: DocumentedSurface = {
  name: 'everything else',
  prefixes: [],
  formatError: orProblemDetails(plainError),
  errorBody: ErrorBody,
  tags: { Health: 'For load balancers.' },
};

/**
 * The table of surfaces: which paths belong to which surface, and its error format and documentation. A new
 * surface is one more entry.
 * `integrations/member-surfaces.ts` defines how shared controllers wrap their responses.
 */
export const SURFACES = new Surfaces<DocumentedSurface>(
  [INTEGRATION, COMPANIES, INTEGRATIONS_OF_A_COMPANY, MANAGEMENT],
  EVERYTHING_ELSE,
);
