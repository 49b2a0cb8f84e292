/** One thing that is wrong with one field of a request. */
export interface FieldError {
  field: string;
  detail: string;
}

/** An answer other than success, in the shape that Coder's clients read: `{message, detail?, validations?}`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly detail: string | undefined;
  readonly validations: FieldError[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    status: number,
    message: string,
    more: { detail?: string; validations?: FieldError[]; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.status = status;
    this.detail = more.detail;
    this.validations = more.validations;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }

  body(): { message: string; detail?: string; validations?: FieldError[] } {
    return {
      message: this.message,
      ...(this.detail !== undefined && { detail: this.detail }),
      ...(this.validations !== undefined && this.validations.length > 0 && { validations: this.validations }),
    };
  }
}

/** For what cannot be answered because PostgreSQL is away: never a verdict, always "again later". */
export function databaseAway(cause: unknown): ApiError {
  return new ApiError(503, 'The database cannot be reached.', {
    detail: 'Try again in a moment.',
    retryAfterSeconds: 5,
    cause,
  });
}
