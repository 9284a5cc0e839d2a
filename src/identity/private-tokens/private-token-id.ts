import type { IdKind } from '../../platform/http/id-param.js';
import { SessionErrors } from '../sessions/sessions.errors.js';
import { PRIVATE_TOKEN_ID_PREFIX } from './private-token.entity.js';

export const PRIVATE_TOKEN_ID: IdKind = {
  prefix: PRIVATE_TOKEN_ID_PREFIX,
  notFound: () => SessionErrors.noSuchPrivateToken.error(),
};
