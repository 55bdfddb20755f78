import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { addToLogContext } from '@docket/platform/logging/log-context';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { announceEnd, DEPRECATION_METADATA, type Deprecation } from '../http/deprecation.js';
import { nameActor } from '../http/request-scope.js';
import { RequestLimits } from '../limits/request-limits.service.js';
import { Authenticator } from './authenticator.js';
import { authorise } from './authorise.js';
import { OPERATION_METADATA } from './operation.decorator.js';
import { OPERATIONS, UNCOUNTED, type OperationId, type OperationRule } from './operations.js';
import { actorOf, setIdentity, type Identity } from './principal.js';

/** Where somebody might guess. */
const SIGN_INS: readonly OperationId[] = ['signIn', 'acceptInvitation'];

/** Lets a request through when its credential allows the operation. A route that declares no operation is shut. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
    private readonly limits: RequestLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const id = this.reflector.get<OperationId | undefined>(OPERATION_METADATA, context.getHandler());
    if (id === undefined) throw new Error(`${context.getHandler().name} declares no operation`);
    const rule: OperationRule = OPERATIONS[id];
    const http = context.switchToHttp();
    const [request, reply] = [http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>()];
    const end = this.reflector.get<Deprecation | undefined>(DEPRECATION_METADATA, context.getHandler());
    if (end) announceEnd(reply, end);
    if (UNCOUNTED.includes(id)) return true;
    this.limits.checkAddress(request, reply);
    if (rule.credential === 'none') {
      await this.countOpen(id, request, reply);
      return true;
    }
    const identity = await this.identify(request, reply);
    if (identity.kind !== 'operator') {
      addToLogContext({ org: toTypeId('org', identity.orgId), caller: actorOf(identity) });
      await this.limits.countCaller(reply, identity);
    } else addToLogContext({ caller: 'operator' });
    authorise(rule, identity);
    setIdentity(request, identity);
    nameActor(identity.kind, identity.kind === 'operator' ? null : actorOf(identity));
    return true;
  }

  private async countOpen(id: OperationId, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (SIGN_INS.includes(id)) await this.limits.countSignIn(request, reply);
    else await this.limits.countAnonymous(request, reply);
  }

  /** A credential that does not count costs its address one of the few requests it has without one. */
  private async identify(request: FastifyRequest, reply: FastifyReply): Promise<Identity> {
    try {
      return await this.authenticator.authenticate(request.headers.authorization);
    } catch (error) {
      if (error instanceof DocketError) await this.limits.countAnonymous(request, reply);
      throw error;
    }
  }
}
