import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import type { AppError, ErrorDefinition } from '../../errors/app-error.js';
import { CommonErrors } from '../../errors/common.errors.js';
import { type ErrorHelp, helpLink } from '../../errors/error-help.js';
import { plainError } from '../../errors/error-format.js';
import type { Logger } from '../../logging/logger.js';
import { onceAnswered } from './pipelining.js';
import { newRequestId } from './request-id.js';

/** An error of Node's HTTP parser. */
type ClientError = Error & { code?: string };

/** A socket of Node's HTTP server, with its current response. */
type HttpSocket = Socket & { _httpMessage?: { headersSent: boolean } | null };

/** Headers of every response. */
export type HeaderLines = Readonly<Record<string, string>>;

/** Dependencies of a response that is written directly to a socket. */
export interface SocketAnswerMeans {
  logger: Logger;
  headers: HeaderLines;
  helpOf: ErrorHelp;
}

/**
 * Answers a connection whose request Node's parser refuses or that does not arrive in time.
 * It uses the plain error format, because without a path the surface is unknown.
 */
export function answerClientErrors(means: SocketAnswerMeans) {
  return (cause: ClientError, socket: HttpSocket): void => {
    if (cause.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy(cause);
      return;
    }
    onceAnswered(socket, () => {
      if (socket._httpMessage?.headersSent) socket.destroySoon();
      else if (socket.writable) refuseOn(socket, appErrorOf(cause), means);
    });
  };
}

/** Answers an error on a connection without a response object, and closes the connection. */
export function refuseOn(
  socket: Socket,
  error: AppError,
  { logger, headers, helpOf }: SocketAnswerMeans,
): void {
  const requestId = newRequestId();
  const { contentType, body } = plainError(error, { id: requestId });
  const text = JSON.stringify(body);
  const { status } = error.kind;
  const lines = {
    ...headers,
    ...helpLink(helpOf(error.kind.code)),
    ...error.headers,
    'Cache-Control': 'no-store',
    'X-Request-Id': requestId,
    'Content-Type': contentType,
    'Content-Length': String(Buffer.byteLength(text)),
    Date: new Date().toUTCString(),
    Connection: 'close',
  };
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
  const reason = (error.cause as ClientError | undefined)?.code;
  logger.info({ requestId, status, ip: socket.remoteAddress, reason }, 'request');
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('')}\r\n${text}`);
}

const KINDS: Record<string, ErrorDefinition> = {
  HPE_HEADER_OVERFLOW: CommonErrors.headersTooLarge,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: CommonErrors.payloadTooLarge,
  ERR_HTTP_REQUEST_TIMEOUT: CommonErrors.requestTimeout,
};
const UNENCODED = 'The request is not valid HTTP: the URL contains characters that must be percent-encoded.';

function appErrorOf(cause: ClientError): AppError {
  if (cause.code === 'HPE_INVALID_URL') return CommonErrors.badRequest.error({ cause, message: UNENCODED });
  return (KINDS[cause.code ?? ''] ?? CommonErrors.badRequest).error({ cause });
}
