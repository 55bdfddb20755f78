import { StorageFault } from '@docket/adapters/storage';
import { DocketError } from '@docket/domain/errors';
import { HttpException } from '@nestjs/common';
import { NDJSON } from './ndjson.js';

/** What Fastify and its body parsers throw, by their code. */
const FASTIFY_ERRORS: Record<string, (at: Asked) => DocketError> = {
  FST_ERR_CTP_INVALID_JSON_BODY: malformed,
  FST_ERR_CTP_EMPTY_JSON_BODY: malformed,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: malformed,
  FST_ERR_CTP_BODY_TOO_LARGE: tooLarge,
  FST_ERR_CTP_INVALID_MEDIA_TYPE: mediaTypeUnsupported,
};

/** What was asked, as far as it says why a request is refused. */
interface Asked {
  url: string;
  /** Bytes of a body that the route takes; unknown before there is a route. */
  bodyLimit?: number | undefined;
}

function tooLarge({ bodyLimit }: Asked): DocketError {
  const taken = bodyLimit === undefined ? 'this address takes' : `the ${bodyLimit} bytes this address takes`;
  return new DocketError('request.too_large', `The body is larger than ${taken}. Send less at once.`);
}

function mediaTypeUnsupported(): DocketError {
  return new DocketError(
    'request.media_type_unsupported',
    `Send JSON as application/json, or one object per line as ${NDJSON} where an address takes lines.`,
  );
}

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
export function toDocketError(error: unknown, asked: Asked): DocketError | null {
  if (error instanceof DocketError) return error;
  if (error instanceof StorageFault) {
    return new DocketError('storage.unavailable', 'The object storage does not answer. Try again shortly.', {
      retryAfterSeconds: 5,
    });
  }
  if (error instanceof HttpException) return fromHttpException(error, asked);
  if (!(error instanceof Error)) return null;
  const fromServer = fromFastify(error, asked);
  if (fromServer) return fromServer;
  if (DATABASE_AWAY.test(error.message)) {
    return new DocketError('service.unavailable', 'The database does not answer. Try again shortly.', {
      retryAfterSeconds: 5,
    });
  }
  return null;
}

function fromFastify(error: Error, asked: Asked): DocketError | null {
  const known = 'code' in error && typeof error.code === 'string' ? FASTIFY_ERRORS[error.code] : undefined;
  if (known) return known(asked);
  return error instanceof SyntaxError && 'statusCode' in error ? malformed() : null;
}

function fromHttpException(error: HttpException, asked: Asked): DocketError | null {
  switch (error.getStatus()) {
    case 400:
      return malformed();
    case 404:
      return unknownRoute(asked.url);
    case 413:
      return tooLarge(asked);
    case 415:
      return mediaTypeUnsupported();
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
