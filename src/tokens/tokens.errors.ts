import { ErrorDefinition } from '../platform/errors/app-error.js';
import type { IdKind } from '../platform/http/id-param.js';
import { TOKEN_ID_PREFIX } from './token.entity.js';

export const TokenErrors = {
  notFound: new ErrorDefinition('NOT_FOUND', 404, 'Token not found.'),
  notLive: new ErrorDefinition('CONFLICT', 409, 'The token is revoked or expired. Create a new one.'),
  notRevoked: new ErrorDefinition('CONFLICT', 409, 'The token is not revoked. Revoke it first.'),
};

export const TOKEN_ID: IdKind = {
  prefix: TOKEN_ID_PREFIX,
  notFound: () => TokenErrors.notFound.error(),
};
