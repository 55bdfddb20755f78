import type { Role } from '@docket/domain/access/roles';
import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** A machine that speaks for one org, as far as the key's scopes go. */
export interface ApiKeyPrincipal {
  kind: 'api_key';
  orgId: string;
  apiKeyId: string;
  scopes: readonly string[];
}

/** A person who signed in, in the org their access token names; the role is what it is at this request. */
export interface UserPrincipal {
  kind: 'user';
  orgId: string;
  userId: string;
  sessionId: string;
  role: Role;
}

/** Who operates the whole installation: of no org, and without a way to any org's rows. */
export interface OperatorPrincipal {
  kind: 'operator';
}

/** Who speaks for an org. */
export type Principal = ApiKeyPrincipal | UserPrincipal;
/** Whoever a credential stands for. */
export type Identity = Principal | OperatorPrincipal;

const identities = new WeakMap<FastifyRequest, Identity>();

export function setIdentity(request: FastifyRequest, identity: Identity): void {
  identities.set(request, identity);
}

/** Who asks, once the guard let the request through; undefined on a route that is open to anybody. */
export function identityOf(request: FastifyRequest): Identity | undefined {
  return identities.get(request);
}

/** Who asks on a tenant's route, once the guard let the request through. */
export function principalOf(request: FastifyRequest): Principal | undefined {
  const identity = identityOf(request);
  return identity?.kind === 'operator' ? undefined : identity;
}

/** The id under which what belongs to this caller alone is kept: idempotency keys, limits, audit events. */
export function principalIdOf(principal: Principal): string {
  return principal.kind === 'user' ? principal.userId : principal.apiKeyId;
}

/** Who did something, as it is kept and shown: a public id. */
export function actorOf(principal: Principal): string {
  return principal.kind === 'user'
    ? toTypeId('user', principal.userId)
    : toTypeId('apiKey', principal.apiKeyId);
}

/** The caller of a tenant's route, as a handler's parameter. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const identity = identityOf(context.switchToHttp().getRequest<FastifyRequest>());
  if (!identity || identity.kind === 'operator') throw credentialRequired();
  return identity;
});

/** The caller of a route for people, as a handler's parameter. */
export const Person = createParamDecorator((_: unknown, context: ExecutionContext): UserPrincipal => {
  const identity = identityOf(context.switchToHttp().getRequest<FastifyRequest>());
  if (identity?.kind !== 'user') throw credentialRequired();
  return identity;
});

/** What a caller counts as where people are concerned: a key looks after them as an admin does, and is no owner. */
export function rankOf(principal: Principal): Role {
  return principal.kind === 'user' ? principal.role : 'admin';
}

export function credentialRequired(): DocketError {
  return new DocketError(
    'auth.required',
    'Send an API key or an access token as Authorization: Bearer <credential>.',
  );
}
