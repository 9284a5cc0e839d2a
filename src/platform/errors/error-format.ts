import { STATUS_CODES } from 'node:http';
import { preferredType } from './accept.js';
import type { AppError, Violation } from './app-error.js';
import { CommonErrors } from './common.errors.js';

/** An error as it is sent. */
export interface WireError {
  contentType: string;
  body: object;
  /** The machine-readable code in the body. The documentation lists a route's errors by it. */
  code: string;
}

/** The parts of the failed request that a format needs. */
export interface FailedRequest {
  id: string;
  /** The header `Accept`. */
  accept?: string;
  /** URL of the page that explains the code, if there is one. */
  help?: string;
}

/** Writes an error in the format of one surface. */
export type ErrorFormat = (error: AppError, request: FailedRequest) => WireError;

export const JSON_TYPE = 'application/json; charset=utf-8';
/** Media types in `Accept` for which the API responds in JSON, errors included. */
export const JSON_TYPES = ['application/json', 'application/problem+json'] as const;
const [, PROBLEM_TYPE] = JSON_TYPES;

/** `{"error", "message", "details"?, "requestId"}` */
export const plainError: ErrorFormat = (error, request) => {
  const { kind, message } = error;
  const details = detailsOf(error);
  return {
    contentType: JSON_TYPE,
    code: kind.code,
    body: { error: kind.code, message, ...(details === undefined ? {} : { details }), requestId: request.id },
  };
};

/**
 * RFC 9457 problem details. Without a page about the code, `type` is `about:blank` and `title` is the phrase
 * of the status (section 4.2.1).
 */
const problemDetails: ErrorFormat = (error, request) => {
  const { kind, message } = error;
  const details = detailsOf(error);
  return {
    contentType: PROBLEM_TYPE,
    code: kind.code,
    body: {
      type: request.help ?? 'about:blank',
      title: request.help === undefined ? STATUS_CODES[kind.status] : kind.message,
      status: kind.status,
      detail: message,
      code: kind.code,
      ...(details === undefined ? {} : { details }),
      requestId: request.id,
    },
  };
};

/** Uses the format, or RFC 9457 problem details if `Accept` prefers `application/problem+json`. */
export function orProblemDetails(format: ErrorFormat): ErrorFormat {
  return (error, request) =>
    preferredType(request.accept, JSON_TYPES) === PROBLEM_TYPE
      ? problemDetails(error, request)
      : format(error, request);
}

/** Returns the violations of a VALIDATION_ERROR; empty for other errors. */
export function violationsOf({ kind, details }: AppError): Violation[] {
  return kind === CommonErrors.validation && Array.isArray(details) ? (details as Violation[]) : [];
}

/** Removes the `code`, which only some surfaces show. */
export function pathAndMessage({ path, message }: Violation): { path: string; message: string } {
  return { path, message };
}

function detailsOf(error: AppError): unknown {
  const violations = violationsOf(error);
  return violations.length > 0 ? violations.map(pathAndMessage) : error.details;
}
