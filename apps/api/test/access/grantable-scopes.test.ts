import { describe, expect, it } from '@jest/globals';
import { grantableScopes } from '../../src/access/grantable-scopes.ts';
import { actorOf, principalIdOf, rankOf, type Principal } from '../../src/access/principal.ts';
import { SCOPES } from '../../src/access/scopes.ts';

const ID = '01980000-0000-7000-8000-000000000001';

function key(scopes: readonly string[]): Principal {
  return { kind: 'api_key', orgId: ID, apiKeyId: ID, scopes };
}

function person(role: 'owner' | 'admin' | 'agent' | 'viewer'): Principal {
  return { kind: 'user', orgId: ID, userId: ID, sessionId: ID, role };
}

describe('scopes that may be given to a key', () => {
  it('are of a key its own, and none that nobody knows', () => {
    expect(grantableScopes(key(['search', 'org:admin', 'invented']))).toEqual(
      SCOPES.filter((scope) => scope === 'search' || scope === 'org:admin'),
    );
    expect(grantableScopes(key([]))).toEqual([]);
  });

  it('are of a person those whose every operation the role allows', () => {
    expect(grantableScopes(person('owner'))).toEqual(SCOPES);
    expect(grantableScopes(person('admin'))).toEqual(SCOPES);
    const agent = grantableScopes(person('agent'));
    expect(agent).toContain('documents:write');
    expect(agent).not.toContain('org:admin');
    expect(agent).not.toContain('prompts:write');
    const viewer = grantableScopes(person('viewer'));
    expect(viewer).toContain('documents:read');
    expect(viewer).not.toContain('documents:write');
  });
});

describe('who asks', () => {
  it('is named by the id of the key or the person, and ranks as an admin or as the role', () => {
    expect(principalIdOf({ ...key([]), apiKeyId: 'k' } as Principal)).toBe('k');
    expect(principalIdOf({ ...person('agent'), userId: 'u' } as Principal)).toBe('u');
    expect(actorOf(key([]))).toMatch(/^key_[0-9a-z]{26}$/);
    expect(actorOf(person('agent'))).toMatch(/^usr_[0-9a-z]{26}$/);
    expect(rankOf(key([]))).toBe('admin');
    expect(rankOf(person('viewer'))).toBe('viewer');
  });
});
