import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { addToLogContext } from '@docket/platform/logging/log-context';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ApiKeyAuthenticator } from './api-key-authenticator.js';
import { OPERATION_METADATA } from './operation.decorator.js';
import { OPERATIONS, type OperationId, type OperationRule } from './operations.js';
import { setPrincipal } from './principal.js';

/** Lets a request through when its credential allows the operation. A route that declares no operation is shut. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: ApiKeyAuthenticator,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const id = this.reflector.get<OperationId | undefined>(OPERATION_METADATA, context.getHandler());
    if (id === undefined) throw new Error(`${context.getHandler().name} declares no operation`);
    const { scope }: OperationRule = OPERATIONS[id];
    if (scope === null) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const principal = await this.authenticator.authenticate(request.headers.authorization);
    addToLogContext({ org: toTypeId('org', principal.orgId) });
    if (scope !== 'any' && !principal.scopes.includes(scope)) {
      throw new DocketError('auth.forbidden', `The API key lacks the scope ${scope}.`);
    }
    setPrincipal(request, principal);
    return true;
  }
}
