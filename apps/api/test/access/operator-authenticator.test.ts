import { describe, expect, it } from '@jest/globals';
import { OperatorAuthenticator } from '../../src/access/operator-authenticator.ts';
import { ApiSettings, loadApiConfig } from '../../src/api-settings.ts';
import { apiEnvironment } from '../support/api-environment.ts';

const TOKEN = 'operator-token-of-thirty-two-letters';

function authenticator(token?: string): OperatorAuthenticator {
  const values = loadApiConfig(apiEnvironment(token === undefined ? {} : { PLATFORM_OPERATOR_TOKEN: token }));
  return new OperatorAuthenticator(new ApiSettings(values));
}

describe('the credential of a platform operator', () => {
  it('is the configured secret, and nothing near it', () => {
    const operators = authenticator(TOKEN);
    expect(operators.accepts(TOKEN)).toBe(true);
    for (const other of ['', TOKEN.slice(1), `${TOKEN}x`, TOKEN.toUpperCase(), 'undefined']) {
      expect({ other, accepted: operators.accepts(other) }).toEqual({ other, accepted: false });
    }
  });

  it('is nothing at all where none is configured', () => {
    for (const guess of ['', 'undefined', 'null', TOKEN]) expect(authenticator().accepts(guess)).toBe(false);
  });

  it('is refused at start when it is short enough to guess', () => {
    expect(() => authenticator('short')).toThrow('PLATFORM_OPERATOR_TOKEN: must have at least 32 characters');
  });
});
