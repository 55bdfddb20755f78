import { ERROR_TITLES, type ErrorCode } from './error-codes.js';

/** One thing that is wrong with a request, with the path of the field it is about. */
export interface FieldProblem {
  path: string;
  /** In snake case, as every code is: the type takes no capital. */
  code: Lowercase<string>;
  message: string;
}

export interface DocketErrorOptions {
  cause?: unknown;
  problems?: readonly FieldProblem[];
  retryAfterSeconds?: number;
}

/**
 * A domain error: asking again with the same input will not help. Its message is shown to clients, so it says
 * what to do and holds nothing internal. Anything else that is thrown counts as a fault and is retried by policy.
 */
export class DocketError extends Error {
  override readonly name = 'DocketError';
  readonly code: ErrorCode;
  readonly problems: readonly FieldProblem[];
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options: DocketErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.problems = options.problems ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get title(): string {
    return ERROR_TITLES[this.code];
  }
}
