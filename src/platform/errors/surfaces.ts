import { type AppError } from './app-error.js';

/** What an error looks like on the wire. */
export interface WireError {
  contentType: string;
  body: unknown;
}

/** `{"error", "message", "details"?, "requestId"}`: the Integration API's format, and any other path's. */
function plain(error: AppError, requestId: string): WireError {
  const { kind, message, details } = error;
  return {
    contentType: 'application/json; charset=utf-8',
    body: { error: kind.code, message, ...(details === undefined ? {} : { details }), requestId },
  };
}

/** RFC 9457 problem details, for callers that ask for them. */
function problem(error: AppError, requestId: string): WireError {
  const { kind, message, details } = error;
  return {
    contentType: 'application/problem+json',
    body: {
      type: 'about:blank',
      title: kind.message,
      status: kind.status,
      detail: message,
      code: kind.code,
      ...(details === undefined ? {} : { details }),
      requestId,
    },
  };
}

/** Puts an error into the format that the caller understands. */
export function toWire(error: AppError, requestId: string, accept: string | undefined): WireError {
  return accept?.includes('application/problem+json') ? problem(error, requestId) : plain(error, requestId);
}
