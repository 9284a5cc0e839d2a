import { ErrorDefinition } from '../../platform/errors/app-error.js';
import type { IdKind } from '../../platform/http/id-param.js';
import { INVITATION_ID_PREFIX } from './invitation.entity.js';

export const noSuchInvitation = new ErrorDefinition(
  'NOT_FOUND',
  404,
  'No open invitation with this id found in this company.',
);

export const INVITATION_ID: IdKind = {
  prefix: INVITATION_ID_PREFIX,
  notFound: () => noSuchInvitation.error(),
};
