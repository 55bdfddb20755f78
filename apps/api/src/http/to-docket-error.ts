import { StorageFault } from '@docket/adapters/storage';
import { DocketError } from '@docket/domain/errors';
import { HttpException } from '@nestjs/common';

/** What Fastify and its body parsers throw, by their code. */
const FASTIFY_ERRORS: Record<string, () => DocketError> = {
  FST_ERR_CTP_INVALID_JSON_BODY: malformed,
  FST_ERR_CTP_EMPTY_JSON_BODY: malformed,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: malformed,
  FST_ERR_CTP_BODY_TOO_LARGE: () =>
    new DocketError('request.too_large', 'The body is larger than this address takes. Send less at once.'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    new DocketError('request.media_type_unsupported', 'Send the body as application/json.'),
};

function malformed(): DocketError {
  return new DocketError('request.malformed', 'The body is not valid JSON. Check its syntax and its length.');
}

/** Errors by which a database or its pool says that it is not there, or too busy. */
const DATABASE_AWAY =
  /ECONNREFUSED|ECONNRESET|timeout exceeded when trying to connect|Connection terminated|Query read timeout|the database system is|terminating connection|too many clients/i;

/**
 * What a client is told of a thrown value. Null means: a bug or an unknown fault, of which it is told nothing but the id
 * under which it was logged.
 */
export function toDocketError(error: unknown, url: string): DocketError | null {
  if (error instanceof DocketError) return error;
  if (error instanceof StorageFault) {
    return new DocketError('storage.unavailable', 'The object storage does not answer. Try again shortly.', {
      retryAfterSeconds: 5,
    });
  }
  if (error instanceof HttpException) return fromHttpException(error, url);
  if (!(error instanceof Error)) return null;
  const fromServer = fromFastify(error);
  if (fromServer) return fromServer;
  if (DATABASE_AWAY.test(error.message)) {
    return new DocketError('service.unavailable', 'The database does not answer. Try again shortly.', {
      retryAfterSeconds: 5,
    });
  }
  return null;
}

function fromFastify(error: Error): DocketError | null {
  const known = 'code' in error && typeof error.code === 'string' ? FASTIFY_ERRORS[error.code] : undefined;
  if (known) return known();
  return error instanceof SyntaxError && 'statusCode' in error ? malformed() : null;
}

function fromHttpException(error: HttpException, url: string): DocketError | null {
  switch (error.getStatus()) {
    case 400:
      return malformed();
    case 404:
      return unknownRoute(url);
    case 413:
      return new DocketError('request.too_large', 'The body is larger than this address takes.');
    case 415:
      return new DocketError('request.media_type_unsupported', 'Send the body as application/json.');
    default:
      return null;
  }
}

function unknownRoute(url: string): DocketError {
  const version = /^\/v(\d+)([/?]|$)/.exec(url)?.[1];
  return version !== undefined && version !== '1'
    ? new DocketError('api.version_unknown', `There is no version ${version} of this API. Use /v1.`)
    : new DocketError('route.not_found', 'There is nothing at this address. See /docs for what there is.');
}
