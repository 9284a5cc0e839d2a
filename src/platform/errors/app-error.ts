/** One machine-readable kind of error: what `error` says on the wire, its HTTP status and its usual sentence. */
export class ErrorDefinition {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly message: string,
  ) {}

  /** An error of this kind, to be thrown; `message` replaces the usual sentence where more can be said. */
  error(more: ErrorDetail = {}): AppError {
    return new AppError(this, more);
  }
}

export interface ErrorDetail {
  message?: string;
  /** Machine-readable detail, shown to the caller as it is: never anything of the inside. */
  details?: unknown;
  /** Header lines the answer carries, such as `Retry-After`. */
  headers?: Record<string, string>;
  /** What went wrong inside; logged, never shown. */
  cause?: unknown;
}

/** The only error that callers are told about; anything else becomes a 500 that says nothing. */
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

/** One wrong place in a request, named by its path (`suppliers`, `limit`). */
export interface Violation {
  path: string;
  message: string;
  /** What is wrong in one word, on surfaces that say so: `required`, else `invalid`. */
  code?: 'required' | 'invalid';
}
