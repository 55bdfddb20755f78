import { integer } from './variables.js';

const MOST = 100_000_000;

/** What requests are limited to before their caller is known; afterwards the plan of the organisation says it. */
export const rateLimitsConfig = {
  RATE_LIMIT_ANONYMOUS_PER_MINUTE: integer(
    'Requests a minute from one address without a credential that counts; beyond them the address is turned away until the minute is over.',
    300,
    1,
    MOST,
  ),
  RATE_LIMIT_SIGN_IN_PER_MINUTE: integer(
    'Sign-ins and accepted invitations a minute from one address.',
    30,
    1,
    MOST,
  ),
  RATE_LIMIT_ACCOUNT_PER_MINUTE: integer(
    'Tries a minute of the password of one account, wherever they come from.',
    10,
    1,
    MOST,
  ),
};
