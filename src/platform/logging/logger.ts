import { type LoggerService } from '@nestjs/common';
import pino, { type Logger } from 'pino';
import type { Config } from '../config/config.js';
import { withoutCredentials, withoutQuotedValue } from './redaction.js';

export type { Logger };

/** Injection token of the process's logger. */
export const LOGGER = Symbol('LOGGER');

/**
 * Structured logs on standard error's sibling: one JSON object a line on standard output. Header and body
 * secrets are removed by path, and credentials inside messages by form.
 */
export function createLogger(
  config: Pick<Config, 'LOG_LEVEL'>,
  destination?: pino.DestinationStream,
): Logger {
  const options: pino.LoggerOptions = {
    level: config.LOG_LEVEL,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: [
        '*.authorization',
        '*.password',
        '*.secret',
        '*.token',
        'headers.authorization',
        'token',
        'password',
      ],
      censor: '[redacted]',
    },
    serializers: { err: serializeError },
  };
  return destination ? pino(options, destination) : pino(options);
}

function withoutSecrets(text: string): string {
  return withoutQuotedValue(withoutCredentials(text));
}

/** Drivers attach the statement's values to their errors; those are business data and stay out of the log. */
function serializeError(thrown: unknown): Record<string, unknown> {
  const error: Error & { code?: unknown; errno?: unknown } =
    thrown instanceof Error ? thrown : new Error(String(thrown));
  return {
    type: error.constructor.name,
    message: withoutSecrets(error.message),
    code: error.code,
    errno: error.errno,
    stack: withoutSecrets(error.stack ?? ''),
    cause: error.cause instanceof Error ? serializeError(error.cause) : undefined,
  };
}

/** Nest's own messages, in the same log. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }

  warn(message: unknown, context?: string): void {
    this.logger.warn({ context }, String(message));
  }

  error(message: unknown, stack?: string, context?: string): void {
    this.logger.error({ context, stack }, withoutCredentials(String(message)));
  }
}
