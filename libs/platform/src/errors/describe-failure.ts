import { DocketError, errorCategory, isErrorCode, type ErrorCategory } from '@docket/domain/errors';

/** What of a failure may be counted and shown to operators: neither its message nor its stack, which quote. */
export interface FailureFacts {
  /** The stable code, or else the name of the error's class. */
  code: string;
  category: ErrorCategory;
}

/** Errors that are no domain errors, by their names: the packages that define them lie above this one. */
const BY_NAME: Readonly<Record<string, ErrorCategory>> = {
  StorageFault: 'storage',
  ModelUnavailable: 'provider',
  ProviderWait: 'provider',
  ProviderBusy: 'provider',
  EmbedderUnavailable: 'provider',
  RerankerUnavailable: 'provider',
  QueryFailedError: 'database',
  // What pg calls an error that the server sent.
  error: 'database',
  ServiceError: 'platform',
  ParserStalled: 'platform',
  CancelledFailure: 'platform',
};

/** Words of the database driver and its pool for a database that is away; they come as plain errors. */
const DATABASE_AWAY =
  /timeout exceeded when trying to connect|Connection terminated|Query read timeout|the database system is|terminating connection|too many clients/i;

/**
 * The code and the category of a thrown value.
 *
 * @param otherwise the category of what nothing else is known of; a bug, unless whoever asks knows better
 */
export function describeFailure(error: unknown, otherwise: ErrorCategory = 'bug'): FailureFacts {
  if (error instanceof DocketError) return { code: error.code, category: errorCategory(error.code) };
  if (!(error instanceof Error)) return { code: 'unknown', category: otherwise };
  // Temporal's failures carry a domain error's code as their type.
  if ('type' in error && typeof error.type === 'string' && isErrorCode(error.type))
    return { code: error.type, category: errorCategory(error.type) };
  const known = Object.hasOwn(BY_NAME, error.name) ? BY_NAME[error.name] : undefined;
  const category = known ?? (DATABASE_AWAY.test(error.message) ? 'database' : otherwise);
  return { code: error.name, category };
}
