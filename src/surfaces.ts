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
    'Integration: credential': 'What a token may do, and how it ends itself.',
    'Integration: suppliers': 'Who the goods come from.',
    'Integration: products': 'What is traded, with its HS code.',
    'Integration: batches': 'Quantities of a product received together: what a DDS covers.',
    'Integration: DDS': 'Due Diligence Statements.',
    'Integration: sync': 'What was synced, and how it went.',
    'Integration: webhooks': 'Who is told of events, what was sent to them, and what is sent again.',
  },
};

const COMPANIES: DocumentedSurface = {
  name: 'companies',
  prefixes: ['/api/v1/auth', '/api/v1/companies'],
  document: 'Account',
  formatError: orProblemDetails(companiesError),
  errorBody: AccountErrorBody,
  tags: {
    'Account: sign-in': 'Access tokens for people, and how they are renewed.',
    'Account: private tokens': "A person's long-lived JWTs, for servers.",
  },
};

const INTEGRATIONS_OF_A_COMPANY: DocumentedSurface = {
  name: 'integrations of a company',
  prefixes: ['/api/integrations'],
  document: 'Account',
  formatError: orProblemDetails(plainError),
  errorBody: ErrorBody,
  tags: {
    'Account: integrations': "A company's connected systems.",
    'Account: tokens': 'The tokens of an integration.',
    'Account: webhooks': 'The webhooks of an integration, as its token sees them.',
    'Account: sync': "An integration's sync logs, as its token sees them.",
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
    'Management: users': 'The people of a company and their roles.',
    'Management: projects': 'The companies that a person belongs to.',
    'Management: integrations': 'The systems that a company has connected.',
    'Management: tokens': 'The tokens of integrations, and how to revoke one or thousands.',
    'Management: personal tokens': "Tokens by which a person's scripts act for them.",
    'Management: audit': 'Who did what to which credential.',
    'Management: usage': 'What credentials are used for.',
    'Management: test': 'Whether the service answers, and whether a credential is accepted.',
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
