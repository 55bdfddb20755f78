import { toTypeId } from '@docket/domain/ids/type-id';
import { addToLogContext } from '@docket/platform/logging/log-context';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { nameActor } from '../http/request-scope.js';
import { Authenticator } from './authenticator.js';
import { authorise } from './authorise.js';
import { OPERATION_METADATA } from './operation.decorator.js';
import { OPERATIONS, type OperationId, type OperationRule } from './operations.js';
import { actorOf, setIdentity } from './principal.js';

/** Lets a request through when its credential allows the operation. A route that declares no operation is shut. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const id = this.reflector.get<OperationId | undefined>(OPERATION_METADATA, context.getHandler());
    if (id === undefined) throw new Error(`${context.getHandler().name} declares no operation`);
    const rule: OperationRule = OPERATIONS[id];
    if (rule.credential === 'none') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const identity = await this.authenticator.authenticate(request.headers.authorization);
    if (identity.kind !== 'operator') addToLogContext({ org: toTypeId('org', identity.orgId) });
    authorise(rule, identity);
    setIdentity(request, identity);
    nameActor(identity.kind, identity.kind === 'operator' ? null : actorOf(identity));
    return true;
  }
}
