import { errors } from 'undici';
import { TooManyInterims } from './interim-responses.js';

/**
 * The policy forbids the target. The message is a sentence for people and does not contain a resolved
 * address.
 */
export class TargetRefused extends Error {}

const CUT_OFF = 'The connection was closed before the response ended.';
const NOT_HTTP = 'The response is not valid HTTP.';

/** Sentences for the error codes of Node, OpenSSL and undici (UND_ERR). The first match counts. */
const SENTENCES: [code: RegExp, sentence: string][] = [
  [/^(ENOTFOUND|ENODATA)$/, 'The host was not found.'],
  [/^EAI_/, 'DNS lookup of the host failed.'],
  [/^ECONNREFUSED$/, 'The connection was refused.'],
  [/^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/, 'The host did not respond.'],
  [/^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/, 'The host cannot be reached.'],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/, 'The connection was closed without a response.'],
  [/^CERT_HAS_EXPIRED$/, 'The certificate has expired.'],
  [/^CERT_NOT_YET_VALID$/, 'The certificate is not valid yet.'],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, 'The certificate is for another host.'],
  [/^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_)/, 'The certificate is not trusted.'],
  [/^(EPROTO$|ERR_SSL_|ERR_TLS_)/, 'The TLS handshake failed.'],
  [/^UND_ERR_HEADERS_OVERFLOW$/, 'The response headers are too long.'],
  [/^UND_ERR_(CLOSED|DESTROYED)$/, 'The sender is shutting down.'],
];

/**
 * Returns a sentence for the delivery log. The error's own message may contain addresses, so it is not used.
 */
export function failureOf(error: unknown): string {
  if (error instanceof TargetRefused || error instanceof TooManyInterims) return error.message;
  if (error instanceof errors.HTTPParserError) return NOT_HTTP;
  if (error instanceof errors.SocketError && error.message === 'bad upgrade') return NOT_HTTP;
  const { code = '' } = error as { code?: string };
  return SENTENCES.find(([pattern]) => pattern.test(code))?.[1] ?? 'The request failed.';
}

/** Returns the sentence for an error after the response had begun: its end is missing. */
export function failureWithin(error: Error): string {
  // Parser errors have no code. This message means that the connection closed within a chunked response.
  const isCutOff = error.message.includes('Invalid EOF state');
  return error instanceof errors.HTTPParserError && !isCutOff ? NOT_HTTP : CUT_OFF;
}
