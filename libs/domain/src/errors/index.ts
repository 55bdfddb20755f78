export { DocketError, type DocketErrorOptions, type FieldProblem } from './docket-error.js';
export { ERROR_TITLES, isErrorCode, type ErrorCode } from './error-codes.js';
