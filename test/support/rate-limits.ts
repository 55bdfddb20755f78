const NO_LIMIT = '100000000';

/** Environment variables of an API that turns nobody away for asking too often. */
export const UNLIMITED = {
  RATE_LIMIT_ANONYMOUS_PER_MINUTE: NO_LIMIT,
  RATE_LIMIT_SIGN_IN_PER_MINUTE: NO_LIMIT,
  RATE_LIMIT_ACCOUNT_PER_MINUTE: NO_LIMIT,
};
