import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { currentLogContext, withLogContext, type LogContext } from '@docket/platform/logging/log-context';
import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AccessGuard } from '../../src/access/access.guard.ts';
import type { Authenticator } from '../../src/access/authenticator.ts';
import { OPERATION_METADATA } from '../../src/access/operation.decorator.ts';
import type { OperationId } from '../../src/access/operations.ts';
import { principalOf, type Identity } from '../../src/access/principal.ts';
import { DEPRECATION_METADATA } from '../../src/http/deprecation.ts';
import { currentActor, withRequestScope } from '../../src/http/request-scope.ts';
import type { RequestLimits } from '../../src/limits/request-limits.service.ts';

const ID = '01980000-0000-7000-8000-000000000001';
const KEY: Identity = { kind: 'api_key', orgId: ID, apiKeyId: ID, scopes: ['documents:read'] };
const PERSON: Identity = { kind: 'user', orgId: ID, userId: ID, sessionId: ID, role: 'viewer' };

interface Passed {
  may: boolean;
  principal: unknown;
  actor: unknown;
  log: LogContext;
}

let counted: string[];
let replied: Record<string, string>;

beforeEach(() => {
  [counted, replied] = [[], {}];
});

/** The guard with limits that note what they are asked, and a credential that stands for this. */
function guard(identity: Identity | Error): AccessGuard {
  const note = (what: string) => () => {
    counted.push(what);
    return Promise.resolve();
  };
  const limits = {
    checkAddress: () => void counted.push('address'),
    countAnonymous: note('anonymous'),
    countSignIn: note('sign-in'),
    countCaller: note('caller'),
  };
  const authenticator = {
    authenticate: (header: string) => {
      counted.push(`credential ${header}`);
      return identity instanceof Error ? Promise.reject(identity) : Promise.resolve(identity);
    },
  };
  return new AccessGuard(
    new Reflector(),
    authenticator as unknown as Authenticator,
    limits as unknown as RequestLimits,
  );
}

async function ask(
  operation: OperationId | undefined,
  identity: Identity | Error = new Error('nobody is asked'),
  deprecation?: object,
): Promise<Passed> {
  const handler = (): void => undefined;
  if (operation) Reflect.defineMetadata(OPERATION_METADATA, operation, handler);
  if (deprecation) Reflect.defineMetadata(DEPRECATION_METADATA, deprecation, handler);
  const request = { headers: { authorization: 'Bearer x' } } as FastifyRequest;
  const reply = {
    header(name: string, value: string) {
      replied[name] = value;
      return this;
    },
  } as unknown as FastifyReply;
  const context = {
    getHandler: () => handler,
    switchToHttp: () => ({ getRequest: () => request, getResponse: () => reply }),
  } as unknown as ExecutionContext;
  const actor = { kind: 'anonymous', id: null, requestId: 'req-1', address: '192.0.2.7' } as const;
  return withLogContext({}, () =>
    withRequestScope({ actor }, async () => ({
      may: await guard(identity).canActivate(context),
      principal: principalOf(request),
      actor: currentActor(),
      log: currentLogContext(),
    })),
  );
}

describe('the guard', () => {
  it('shuts a route that declares no operation', async () => {
    await expect(ask(undefined)).rejects.toThrow('handler declares no operation');
    expect(counted).toEqual([]);
  });

  it('asks and counts nothing for what only says how the process is', async () => {
    expect((await ask('getHealth')).may).toBe(true);
    expect(counted).toEqual([]);
  });

  it('counts an open route by its address, and where somebody might guess as a try', async () => {
    expect(await ask('listPublicKeys')).toMatchObject({ may: true, actor: { kind: 'anonymous' } });
    expect(counted).toEqual(['address', 'anonymous']);
    for (const operation of ['signIn', 'acceptInvitation'] as const) {
      counted = [];
      expect((await ask(operation)).may).toBe(true);
      expect(counted).toEqual(['address', 'sign-in']);
    }
  });

  it('lets a key through that has the scope, counts it, and says in log and audit who asks', async () => {
    const caller = toTypeId('apiKey', ID);
    expect(await ask('getDocument', KEY)).toEqual({
      may: true,
      principal: KEY,
      actor: { kind: 'api_key', id: caller, requestId: 'req-1', address: '192.0.2.7' },
      log: { org: toTypeId('org', ID), caller },
    });
    expect(counted).toEqual(['address', 'credential Bearer x', 'caller']);
  });

  it('lets a person through whose role may', async () => {
    expect(await ask('listUsers', PERSON)).toMatchObject({
      may: true,
      principal: PERSON,
      actor: { kind: 'user', id: toTypeId('user', ID) },
    });
  });

  it('counts who is known and may not, and refuses', async () => {
    for (const identity of [KEY, PERSON]) {
      counted = [];
      await expect(ask('createApiKey', identity)).rejects.toMatchObject({ code: 'auth.forbidden' });
      expect(counted).toEqual(['address', 'credential Bearer x', 'caller']);
    }
    await expect(ask('createOrg', KEY)).rejects.toMatchObject({ code: 'auth.forbidden' });
    await expect(ask('getDocument', { kind: 'operator' })).rejects.toMatchObject({ code: 'auth.forbidden' });
  });

  it('lets the operator do what is an operator’s, uncounted and as nobody’s member', async () => {
    expect(await ask('createOrg', { kind: 'operator' })).toEqual({
      may: true,
      principal: undefined,
      actor: { kind: 'operator', id: null, requestId: 'req-1', address: '192.0.2.7' },
      log: { caller: 'operator' },
    });
    expect(counted).toEqual(['address', 'credential Bearer x']);
  });

  it('counts a credential that does not count by its address, and no fault of ours', async () => {
    const refusal = new DocketError('auth.invalid', 'unknown');
    await expect(ask('getDocument', refusal)).rejects.toBe(refusal);
    expect(counted).toEqual(['address', 'credential Bearer x', 'anonymous']);
    counted = [];
    const fault = new Error('the database is away');
    await expect(ask('getDocument', fault)).rejects.toBe(fault);
    expect(counted).toEqual(['address', 'credential Bearer x']);
  });

  it('says of an operation with a successor how it ends, and of no other', async () => {
    await ask('getHealth');
    expect(replied).toEqual({});
    await ask('getHealth', undefined, { since: '2026-05-04', sunset: '2027-05-04', successor: '/v2/health' });
    expect(replied['link']).toBe('</v2/health>; rel="successor-version"');
  });
});
