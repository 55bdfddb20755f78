import { ROLES } from '@docket/domain/access/roles';
import { DocketError } from '@docket/domain/errors';
import { describe, expect, it } from '@jest/globals';
import { authorise } from '../../src/access/authorise.ts';
import { OPERATIONS, type OperationRule } from '../../src/access/operations.ts';
import type { Identity } from '../../src/access/principal.ts';
import { SCOPES } from '../../src/access/scopes.ts';

const ORG = { orgId: '01980000-0000-7000-8000-000000000001' };
const OPERATOR: Identity = { kind: 'operator' };

function key(...scopes: string[]): Identity {
  return { kind: 'api_key', ...ORG, apiKeyId: 'k', scopes };
}

function person(role: (typeof ROLES)[number]): Identity {
  return { kind: 'user', ...ORG, userId: 'u', sessionId: 's', role };
}

function mayCall(rule: OperationRule, identity: Identity): boolean {
  try {
    authorise(rule, identity);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(DocketError);
    expect(error).toMatchObject({ code: 'auth.forbidden' });
    return false;
  }
}

const rules: [string, OperationRule][] = Object.entries(OPERATIONS);

describe('authorisation', () => {
  it('lets an API key do what its one scope names, and nothing that any other scope names', () => {
    for (const [operation, rule] of rules) {
      for (const scope of SCOPES) {
        const expected =
          rule.credential === 'none' ||
          (rule.credential === 'tenant' && (rule.scope === scope || rule.scope === 'any'));
        expect({ operation, scope, may: mayCall(rule, key(scope)) }).toEqual({
          operation,
          scope,
          may: expected,
        });
      }
    }
  });

  it('lets a key without scopes only say who it is, and one with all scopes nothing that is a person’s or an operator’s', () => {
    for (const [operation, rule] of rules) {
      const any = rule.credential === 'tenant' && rule.scope === 'any';
      expect({ operation, may: mayCall(rule, key()) }).toEqual({
        operation,
        may: any || rule.credential === 'none',
      });
      const all = rule.credential === 'tenant' || rule.credential === 'none';
      expect({ operation, may: mayCall(rule, key(...SCOPES)) }).toEqual({ operation, may: all });
    }
  });

  it('lets a person do what the role is listed for, and what is a person’s own', () => {
    for (const [operation, rule] of rules) {
      for (const role of ROLES) {
        const expected =
          rule.credential === 'tenant' ? rule.roles.includes(role) : rule.credential !== 'operator';
        expect({ operation, role, may: mayCall(rule, person(role)) }).toEqual({
          operation,
          role,
          may: expected,
        });
      }
    }
  });

  it('says what a credential lacks', () => {
    const tenant: OperationRule = { credential: 'tenant', scope: 'search', roles: ['owner', 'admin'] };
    const refusals: [OperationRule, Identity, RegExp][] = [
      [{ credential: 'operator' }, key(), /credential of a platform operator/],
      [{ credential: 'person' }, key(), /person who signed in/],
      [tenant, OPERATOR, /\/v1\/platform only/],
      [tenant, key('documents:read'), /lacks the scope search/],
      [tenant, person('viewer'), /role viewer .* takes owner or admin/],
    ];
    for (const [rule, identity, message] of refusals)
      expect(() => authorise(rule, identity)).toThrow(message);
  });

  it('keeps the operator of the installation out of every organisation', () => {
    for (const [operation, rule] of rules) {
      const expected = rule.credential === 'operator' || rule.credential === 'none';
      expect({ operation, may: mayCall(rule, OPERATOR) }).toEqual({ operation, may: expected });
    }
  });
});
