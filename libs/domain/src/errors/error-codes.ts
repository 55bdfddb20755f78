/**
 * Every error code Docket shows, with a short title that never varies. The code is the contract:
 * clients branch on it, dashboards count it. `noun.reason`, stable for ever.
 */
export const ERROR_TITLES = {
  'request.invalid': 'The request is not valid',
  'request.malformed': 'The request cannot be read',
  'request.too_large': 'The request is too large',
  'request.media_type_unsupported': 'The media type of the request is not supported',
  'cursor.invalid': 'The cursor is not valid',
  'route.not_found': 'There is nothing at this address',
  'api.version_unknown': 'The API version is unknown',
  'auth.required': 'A credential is required',
  'auth.invalid': 'The credential is not valid',
  'auth.forbidden': 'The credential does not allow this',
  'idempotency.key_invalid': 'The idempotency key is not valid',
  'idempotency.mismatch': 'The idempotency key was used for another request',
  'idempotency.in_progress': 'The first request with this idempotency key is still running',
  'idempotency.secret_not_replayable': 'The first answer showed a secret and is not repeated',
  'auth.no_organisation': 'The person belongs to no organisation',
  'internal.error': 'Something went wrong on our side',
  'service.unavailable': 'A part of the service is not available',

  'org.not_found': 'The organisation does not exist',
  'org.last_owner': 'The organisation would be without an owner',
  'user.not_found': 'The person does not belong to the organisation',
  'user.already_member': 'The person belongs to the organisation already',
  'role.too_high': 'The role is beyond that of the caller',
  'team.not_found': 'The team does not exist',
  'team.name_taken': 'The team name is taken',
  'invitation.not_found': 'The invitation does not exist',
  'invitation.not_usable': 'The invitation cannot be used',
  'session.not_found': 'The session does not exist',
  'password.wrong': 'The password is wrong',
  'api_key.not_found': 'The API key does not exist',
  'api_key.scope_exceeded': 'The API key would have more scopes than its maker',
  'collection.not_found': 'The collection does not exist',
  'collection.name_taken': 'The collection name is taken',
  'collection.not_empty': 'The collection is not empty',
  'document.not_found': 'The document does not exist',
  'run.not_found': 'The run does not exist',
  'upload.not_found': 'The upload does not exist',

  'upload.expired': 'The upload has expired',
  'upload.size_mismatch': 'The uploaded size differs from the announced one',
  'upload.checksum_mismatch': 'The uploaded bytes differ from the announced ones',
  'upload.type_mismatch': 'The bytes contradict the announced type',
  'upload.not_received': 'The upload has not been received',
  'upload.already_received': 'The upload has already been received',
  'upload.url_invalid': 'The upload address is not valid',

  'document.not_retryable': 'The document cannot be retried',
  'document.deleted': 'The document has been deleted',
  'document.external_key_taken': 'The external key is taken in that collection',
  'document.type_unsupported': 'The type of the document is not supported',
  'document.too_large': 'The document is too large',
  'document.empty': 'The document holds no text',
  'document.unreadable': 'The document cannot be read',
  'document.encrypted': 'The document is encrypted',
  'document.archive_bomb': 'The document inflates beyond all bounds',
  'document.parse_timeout': 'Parsing took too long',
  'document.parse_memory': 'Parsing needed too much memory',

  'storage.unavailable': 'The object storage is not available',
  'embedding.unavailable': 'The embedder is not available',
  'embedding.rejected': 'The embedder refused the request',

  'ticket.not_found': 'The ticket does not exist',
  'ticket.too_large': 'The ticket is too large',
  'enrichment.not_found': 'The enrichment does not exist',
  'enrichment.superseded': 'A newer enrichment took the place of this one',
  'example.not_found': 'The example does not exist',
  'prompt.not_found': 'The prompt version does not exist',
  'model.rate_limited': 'The model provider limits the rate of requests',
  'model.overloaded': 'The model provider is overloaded',
  'model.timeout': 'The model did not answer in time',
  'model.unavailable': 'The model provider is not available',
  'model.refused': 'The model refused to answer',
  'model.output_invalid': 'The output of the model is not valid',
  'model.output_truncated': 'The output of the model was cut off',
  'model.request_invalid': 'The model provider refused the request',
  'model.unauthorized': 'The model provider refused the API key',

  'run.cancelled': 'The run was cancelled',
  'run.terminated': 'The run was terminated',
  'run.payload_too_large': 'A message inside the run is too large',
  'run.timed_out': 'The run took longer than it may',
  'run.failed': 'The run failed without saying why',
  'run.not_retryable': 'The run cannot be retried',
  'run.not_cancellable': 'The run cannot be cancelled',
  'run.not_rerunnable': 'The run cannot be made again',
} as const satisfies Record<string, string>;

export type ErrorCode = keyof typeof ERROR_TITLES;

/** Tells whether a string is one of Docket's error codes, for values read back from storage or from Temporal. */
export function isErrorCode(value: string): value is ErrorCode {
  return Object.hasOwn(ERROR_TITLES, value);
}
