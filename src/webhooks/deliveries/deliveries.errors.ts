import type { AppError } from '../../platform/errors/app-error.js';
import { CommonErrors } from '../../platform/errors/common.errors.js';

export const DeliveryErrors = {
  notFound: (id: string): AppError =>
    CommonErrors.notFound.error({ message: `No delivery found with id "${id.slice(0, 60)}"` }),
  notSubscribed: (event: string): AppError =>
    CommonErrors.conflict.error({
      message: `The webhook is not told of ${event} any more. Subscribe it again first: PATCH {"events": […]}.`,
    }),
  webhookDisabled: (): AppError =>
    CommonErrors.conflict.error({
      message: 'The webhook is disabled. Enable it first: PATCH {"active": true}.',
    }),
};
