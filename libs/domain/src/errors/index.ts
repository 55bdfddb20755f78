export { DocketError, type DocketErrorOptions, type FieldProblem } from './docket-error.js';
export { ERROR_CATEGORIES, errorCategory, type ErrorCategory } from './error-category.js';
export { ERROR_TITLES, isErrorCode, type ErrorCode } from './error-codes.js';
