import type { AppError } from '../../platform/errors/app-error.js';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import type { IdKind } from '../../platform/http/id-param.js';
import { WEBHOOK_ID_PREFIX } from './webhook.entity.js';

export const WebhookErrors = {
  notFound: (id: string): AppError =>
    CommonErrors.notFound.error({ message: `No webhook found with id "${id.slice(0, 60)}"` }),
  integrationInactive: (): AppError =>
    CommonErrors.conflict.error({
      message: 'The integration is not active. Activate it first.',
    }),
};

export const WEBHOOK_ID: IdKind = {
  prefix: WEBHOOK_ID_PREFIX,
  notFound: (id) => WebhookErrors.notFound(id),
};
