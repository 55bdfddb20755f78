import { z } from 'zod';
import { integer } from './variables.js';

/** It may hold a password. */
const REDIS =
  'Redis in which the replicas of the API count requests together; without one they count in Postgres.';

const MOST = 100_000_000;

/** What requests are limited to before their caller is known; afterwards the plan of the organisation says it. */
export const rateLimitsConfig = {
  REDIS_URL: z
    .string()
    .refine((value) => URL.canParse(value) && /^rediss?:$/.test(new URL(value).protocol), {
      error: 'must be an address of the form redis:// or rediss://',
    })
    .optional()
    .describe(REDIS)
    .meta({ secret: true, description: REDIS }),
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
