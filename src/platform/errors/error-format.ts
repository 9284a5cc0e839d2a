import { STATUS_CODES } from 'node:http';
import { preferredType } from './accept.js';
import type { AppError, Violation } from './app-error.js';
import { CommonErrors } from './common.errors.js';

/** What an error looks like on the wire. */
export interface WireError {
  contentType: string;
  body: object;
  /** The machine-readable code as the body names it; the documentation lists the errors of a route by it. */
  code: string;
}

/** The request that failed, as far as a format depends on it. */
export interface FailedRequest {
  id: string;
  /** Its `Accept` header. */
  accept?: string;
  /** The page that explains the error's code, where there is one. */
  help?: string;
}

/** Writes an error in the form that the callers of one surface know. */
export type ErrorFormat = (error: AppError, request: FailedRequest) => WireError;

export const JSON_TYPE = 'application/json; charset=utf-8';
/** What callers name in `Accept` to be answered in JSON, errors included. */
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

/** RFC 9457 problem details. Without a page about the code, the type is `about:blank` and the title the status's phrase (section 4.2.1). */
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

/** The format, except for callers whose `Accept` prefers RFC 9457 problem details (`application/problem+json`). */
export function orProblemDetails(format: ErrorFormat): ErrorFormat {
  return (error, request) =>
    preferredType(request.accept, JSON_TYPES) === PROBLEM_TYPE
      ? problemDetails(error, request)
      : format(error, request);
}

/** The wrong places of the request; none for errors other than VALIDATION_ERROR. */
export function violationsOf({ kind, details }: AppError): Violation[] {
  return kind === CommonErrors.validation && Array.isArray(details) ? (details as Violation[]) : [];
}

/** A wrong place without its one-word code, which only some surfaces show. */
export function pathAndMessage({ path, message }: Violation): { path: string; message: string } {
  return { path, message };
}

function detailsOf(error: AppError): unknown {
  const violations = violationsOf(error);
  return violations.length > 0 ? violations.map(pathAndMessage) : error.details;
}
