import { DocketError } from '@docket/domain/errors';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Who asks: an API key of one org. */
export interface Principal {
  orgId: string;
  apiKeyId: string;
  scopes: readonly string[];
}

const principals = new WeakMap<FastifyRequest, Principal>();

export function setPrincipal(request: FastifyRequest, principal: Principal): void {
  principals.set(request, principal);
}

/** The caller of a guarded route, as a handler's parameter. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const principal = principals.get(context.switchToHttp().getRequest<FastifyRequest>());
  if (!principal) throw new DocketError('auth.required', 'Send an API key as Authorization: Bearer <key>.');
  return principal;
});
