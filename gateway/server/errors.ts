import type { FastifyError } from 'fastify';
import { DatabaseError } from '../../db/errors.ts';
import { AuthUnavailableError } from '../auth/authenticator.ts';

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
  /** A token or code was shown that is not good: the answer may have to wait. */
  readonly failedSignIn: boolean;

  constructor(
    status: number,
    message: string,
    more: {
      detail?: string;
      validations?: FieldError[];
      retryAfterSeconds?: number;
      failedSignIn?: true;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: more.cause });
    this.status = status;
    this.detail = more.detail;
    this.validations = more.validations;
    this.retryAfterSeconds = more.retryAfterSeconds;
    this.failedSignIn = more.failedSignIn === true;
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
    detail: 'Try again in a moment. A change that was asked for may have been made all the same.',
    retryAfterSeconds: 5,
    cause,
  });
}

/**
 * How loudly an answer is logged that is our own fault; null where it is none. That the database is away is said once, by
 * who watches over it: a line for everybody who asks meanwhile would fill the disk.
 */
export function logLevelOf({ status }: ApiError): 'error' | 'debug' | null {
  if (status < 500) return null;
  return status === 503 ? 'debug' : 'error';
}

/** Failures of a statement that say nothing about the request. */
const AWAY = new Set(['connection_lost', 'timeout', 'closed']);

/** Turns whatever was thrown into an answer; the one place where errors become statuses. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof AuthUnavailableError) return databaseAway(error);
  if (error instanceof DatabaseError && AWAY.has(error.code)) return databaseAway(error);
  const { validation, validationContext, statusCode = 500 } = (error ?? {}) as Partial<FastifyError>;
  if (validation !== undefined) {
    const validations = validation.map(
      (problem): FieldError => ({
        field: [validationContext, ...problem.instancePath.split('/').filter(Boolean)].join('.'),
        detail: validationDetail(problem.message, problem.params),
      }),
    );
    return new ApiError(400, 'The request is not valid.', { validations });
  }
  if (statusCode >= 500) return new ApiError(500, 'Something went wrong in the gateway.', { cause: error });
  return new ApiError(statusCode, (error as Error).message);
}

function validationDetail(message = 'is not valid', params: Record<string, unknown>): string {
  if (typeof params.additionalProperty === 'string') return `${message}: ${params.additionalProperty}`;
  if (Array.isArray(params.allowedValues)) return `${message}: ${params.allowedValues.join(', ')}`;
  return message;
}
