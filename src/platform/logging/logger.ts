import { type LoggerService } from '@nestjs/common';
import pino, { type Logger } from 'pino';
import type { Config } from '../config/config.js';

export type { Logger };

/** Injection token of the process's logger. */
export const LOGGER = Symbol('LOGGER');

/** By its prefix (webhook secrets are base64), as a JWT, by its 48 digits where the prefix was disguised, by its header, or as a URL's parameter. */
const CREDENTIAL =
  /eudr_[a-z]+_\w+|eyJ[\w-]+\.[\w-]+\.[\w-]*|whsec_[\w+/=]+|[0-9a-f]{48,}|Bearer\s+\S+|(?<=token=)[^&\s]+/gi;

/** Text that may hold a credential, such as a URL or a driver's message, with any credential blacked out. */
export function withoutCredentials(text: string): string {
  return text.replace(CREDENTIAL, '[redacted]');
}

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

/** Servers quote the value that they refuse: `Duplicate entry '…' for key`, `Incorrect … value: '…' for column`. */
const QUOTED_VALUE = /\b(entry|value:?) '[\s\S]*'(?= for (?:key|column) )/gi;

function withoutSecrets(text: string): string {
  return withoutCredentials(text).replace(QUOTED_VALUE, "$1 '[redacted]'");
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
