import { type LoggerService } from '@nestjs/common';
import pino, { type Logger } from 'pino';
import type { Config } from '../config/config.js';
import { withoutCredentials, withoutQuotedValue } from './redaction.js';

export type { Logger };

/** Injection token of the process's logger. */
export const LOGGER = Symbol('LOGGER');

/**
 * Creates the structured log: one JSON object per line on standard output. It removes secrets in headers and
 * bodies by path, and credentials inside messages by their form.
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

/** Leaves out the values of the statement, which drivers attach to their errors. They are business data. */
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

/** Writes Nest's own messages to the same log. */
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
