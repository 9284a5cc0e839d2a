import type { AppError } from '../../platform/errors/app-error.js';
import { AuthErrors } from '../../auth/principal/auth.errors.js';
import { CommonErrors } from '../../platform/errors/common.errors.js';

export const DeliveryErrors = {
  notFound: (id: string): AppError =>
    CommonErrors.notFound.error({ message: `No delivery found with id "${id.slice(0, 60)}"` }),
  notSubscribed: (event: string): AppError =>
    CommonErrors.conflict.error({
      message: `The webhook is not told of ${event} any more. Subscribe it again first: PATCH {"events": […]}.`,
    }),
  tooManyWaiting: (ms: number): AppError =>
    AuthErrors.rateLimitExceeded.error({
      message:
        'What waits to be sent again takes longer than an hour. Nothing was added; wait for Retry-After seconds.',
      headers: { 'Retry-After': String(Math.ceil(ms / 1000)) },
    }),
  webhookDisabled: (): AppError =>
    CommonErrors.conflict.error({
      message: 'The webhook is disabled. Enable it first: PATCH {"active": true}.',
    }),
};
