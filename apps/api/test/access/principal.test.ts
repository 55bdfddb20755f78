import { toTypeId } from '@docket/domain/ids/type-id';
import { describe, expect, it } from '@jest/globals';
import type { ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import type { FastifyRequest } from 'fastify';
import 'reflect-metadata';
import { newId } from '../../../../test/support/database.ts';
import {
  actorOf,
  Caller,
  identityOf,
  Person,
  principalIdOf,
  principalOf,
  rankOf,
  setIdentity,
  type ApiKeyPrincipal,
  type Identity,
  type UserPrincipal,
} from '../../src/access/principal.ts';

const KEY: ApiKeyPrincipal = { kind: 'api_key', orgId: newId(), apiKeyId: newId(), scopes: ['search'] };
const USER: UserPrincipal = {
  kind: 'user',
  orgId: newId(),
  userId: newId(),
  sessionId: newId(),
  role: 'agent',
};
const OPERATOR: Identity = { kind: 'operator' };

function requestOf(identity?: Identity): FastifyRequest {
  const request = {} as FastifyRequest;
  if (identity) setIdentity(request, identity);
  return request;
}

/** What a handler gets in a parameter with this decorator. */
function given(decorator: () => ParameterDecorator, identity?: Identity): unknown {
  class Handler {
    handle(): void {
      throw new Error('is never called');
    }
  }
  decorator()(Handler.prototype, 'handle', 0);
  const [parameter] = Object.values(
    Reflect.getMetadata(ROUTE_ARGS_METADATA, Handler, 'handle') as Record<
      string,
      { factory: (data: unknown, context: ExecutionContext) => unknown }
    >,
  );
  const context = { switchToHttp: () => ({ getRequest: () => requestOf(identity) }) } as ExecutionContext;
  return parameter?.factory(undefined, context);
}

describe('who asks', () => {
  it('is known of the request that was let through, and of no other', () => {
    const request = requestOf(KEY);
    expect(identityOf(request)).toBe(KEY);
    expect(identityOf(requestOf(USER))).toBe(USER);
    expect(identityOf(requestOf())).toBeUndefined();
  });

  it('speaks for an organisation as a key or as a person, never as the operator', () => {
    expect(principalOf(requestOf(KEY))).toBe(KEY);
    expect(principalOf(requestOf(USER))).toBe(USER);
    expect(principalOf(requestOf(OPERATOR))).toBeUndefined();
    expect(principalOf(requestOf())).toBeUndefined();
  });

  it('is kept by the id of the key or of the person, and shown as a public id', () => {
    expect(principalIdOf(KEY)).toBe(KEY.apiKeyId);
    expect(principalIdOf(USER)).toBe(USER.userId);
    expect(actorOf(KEY)).toBe(toTypeId('apiKey', KEY.apiKeyId));
    expect(actorOf(USER)).toBe(toTypeId('user', USER.userId));
  });

  it('counts as an admin towards people when it is a key, and as what they are when it is a person', () => {
    expect(rankOf(KEY)).toBe('admin');
    expect(rankOf(USER)).toBe('agent');
    expect(rankOf({ ...USER, role: 'owner' })).toBe('owner');
  });
});

describe('a handler', () => {
  const required = expect.objectContaining({
    code: 'auth.required',
    message: expect.stringContaining('Authorization: Bearer'),
  }) as unknown;

  it('of a tenant’s route gets a key or a person, and is not called for anybody else', () => {
    expect(given(Caller, KEY)).toBe(KEY);
    expect(given(Caller, USER)).toBe(USER);
    for (const identity of [OPERATOR, undefined]) {
      expect(() => given(Caller, identity)).toThrow(required);
    }
  });

  it('of a person’s route gets a person, and is not called for anybody else', () => {
    expect(given(Person, USER)).toBe(USER);
    for (const identity of [KEY, OPERATOR, undefined]) {
      expect(() => given(Person, identity)).toThrow(required);
    }
  });
});
