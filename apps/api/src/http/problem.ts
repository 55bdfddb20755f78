import {
  type DocketError,
  ERROR_TITLES,
  errorCategory,
  type ErrorCategory,
  type FieldProblem,
} from '@docket/domain/errors';
import { statusOf } from './error-status.js';

/** RFC 9457 `application/problem+json`, with the stable code and the id that finds the request in the logs. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  category: ErrorCategory;
  requestId: string;
  errors?: readonly FieldProblem[];
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json; charset=utf-8';

export function toProblem(
  error: DocketError,
  requestId: string,
  category: ErrorCategory = errorCategory(error.code),
): Problem {
  return {
    type: `urn:docket:error:${error.code}`,
    title: ERROR_TITLES[error.code],
    status: statusOf(error.code),
    detail: error.message,
    code: error.code,
    category,
    requestId,
    ...(error.problems.length > 0 ? { errors: error.problems } : {}),
  };
}
