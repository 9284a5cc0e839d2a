import type { AppError } from '../../platform/errors/app-error.js';
import { AuthErrors } from '../../auth/principal/auth.errors.js';
import { CommonErrors } from '../../platform/errors/common.errors.js';

export const DeliveryErrors = {
  notFound: (id: string): AppError =>
    CommonErrors.notFound.error({ message: `No delivery found with id "${id.slice(0, 60)}"` }),
  notSubscribed: (event: string): AppError =>
    CommonErrors.conflict.error({
      message: `The webhook is not subscribed to ${event}. Subscribe it first: PATCH {"events": […]}.`,
    }),
  tooManyWaiting: (ms: number): AppError =>
    AuthErrors.rateLimitExceeded.error({
      message:
        'The replay queue of this webhook is full. Nothing was added. Wait the number of seconds in the Retry-After header, then retry.',
      headers: { 'Retry-After': String(Math.ceil(ms / 1000)) },
    }),
  webhookDisabled: (): AppError =>
    CommonErrors.conflict.error({
      message: 'The webhook is not active. Activate it first: PATCH {"active": true}.',
    }),
};
