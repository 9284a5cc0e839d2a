import { ErrorDefinition } from '../platform/errors/app-error.js';
import type { IdKind } from '../platform/http/id-param.js';
import { INTEGRATION_ID_PREFIX } from './integration.entity.js';

export const IntegrationErrors = {
  notFound: new ErrorDefinition('NOT_FOUND', 404, 'Integration not found.'),
  duplicateName: new ErrorDefinition(
    'DUPLICATE_NAME',
    409,
    'The company already has an integration with this name.',
  ),
};

export const INTEGRATION_ID: IdKind = {
  prefix: INTEGRATION_ID_PREFIX,
  notFound: () => IntegrationErrors.notFound.error(),
};
