import type { ErrorCode } from '@docket/domain/errors';

/** HTTP status of each code. A code that never leaves through HTTP on its own is shown on a document or a run. */
const STATUS_BY_CODE: Partial<Record<ErrorCode, number>> = {
  'request.invalid': 400,
  'request.malformed': 400,
  'cursor.invalid': 400,
  'request.too_large': 413,
  'request.media_type_unsupported': 415,
  'route.not_found': 404,
  'api.version_unknown': 404,
  'auth.required': 401,
  'auth.invalid': 401,
  'auth.forbidden': 403,
  'org.not_found': 404,
  'collection.not_found': 404,
  'collection.name_taken': 409,
  'collection.not_empty': 409,
  'document.not_found': 404,
  'run.not_found': 404,
  'upload.not_found': 404,
  'upload.url_invalid': 403,
  'upload.expired': 410,
  'upload.size_mismatch': 422,
  'upload.checksum_mismatch': 422,
  'upload.type_mismatch': 422,
  'upload.not_received': 409,
  'upload.already_received': 409,
  'document.not_retryable': 409,
  'document.deleted': 410,
  'document.type_unsupported': 422,
  'document.too_large': 413,
  'document.empty': 422,
  'storage.unavailable': 503,
  'embedding.unavailable': 503,
  'ticket.not_found': 404,
  'ticket.too_large': 413,
  'enrichment.not_found': 404,
  'example.not_found': 404,
  'prompt.not_found': 404,
  'service.unavailable': 503,
};

export function statusOf(code: ErrorCode): number {
  return STATUS_BY_CODE[code] ?? 500;
}
