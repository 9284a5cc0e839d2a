/** A kind of error: its machine-readable code, its HTTP status and its usual message. */
export class ErrorDefinition {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly message: string,
  ) {}

  /** Creates an error of this kind. `message` replaces the usual message. */
  error(more: ErrorDetail = {}): AppError {
    return new AppError(this, more);
  }
}

export interface ErrorDetail {
  message?: string;
  /** Machine-readable details. The caller sees them, so they must contain nothing internal. */
  details?: unknown;
  /** Headers of the response, such as `Retry-After`. */
  headers?: Record<string, string>;
  /** The internal cause. It is logged and never shown. */
  cause?: unknown;
}

/** An error that callers may see. Any other error becomes a 500 without details. */
export class AppError extends Error {
  readonly details?: unknown;
  readonly headers: Record<string, string>;

  constructor(
    readonly kind: ErrorDefinition,
    more: ErrorDetail = {},
  ) {
    super(more.message ?? kind.message, { cause: more.cause });
    this.details = more.details;
    this.headers = more.headers ?? {};
  }
}

/** One invalid part of a request, with its path (`suppliers`, `limit`). */
export interface Violation {
  path: string;
  message: string;
  /** The kind of violation, for surfaces that show it. */
  code?: 'required' | 'invalid';
}
