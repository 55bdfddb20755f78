import { UNLIMITED } from '../../../../test/support/rate-limits.ts';
import { newSigningKeys } from '../../../../test/support/signing-keys.ts';

/** The least that the API's configuration needs, and what a test sets besides. */
export function apiEnvironment(overrides: Record<string, string> = {}): NodeJS.ProcessEnv {
  return {
    DATABASE_URL: 'postgres://app@127.0.0.1/docket',
    STORAGE_URL: 'file:///tmp',
    STORAGE_SIGNING_KEY: 's'.repeat(32),
    API_KEY_PEPPER: 'p'.repeat(32),
    AUTH_SIGNING_KEYS: newSigningKeys(),
    // Tests ask as fast as they can, all from one address.
    ...UNLIMITED,
    ...overrides,
  };
}
