import { isSaneRequestId } from '@docket/domain/trace/rules';
import { withLogContext } from '@docket/platform/logging/log-context';
import type { Logger } from '@docket/platform/logging/logger';
import { meter } from '@docket/platform/metrics';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { withRequestScope } from './request-scope.js';
import { traceRequest } from './request-span.js';

/**
 * What happens around every request: its id and trace are taken or made and follow it everywhere, and when it is
 * answered one line is logged and one duration measured.
 */
export function addRequestLifecycle(server: FastifyInstance, logger: Logger): void {
  const duration = meter().createHistogram('docket_http_request_duration_seconds', {
    description: 'Seconds from request to answer, by method, route and status',
  });
  server.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    const traced = traceRequest(request, reply);
    withLogContext({ requestId: request.id, ...traced.ids }, () =>
      traced.run(() =>
        withRequestScope(
          { actor: { kind: 'anonymous', id: null, requestId: request.id, address: request.ip } },
          done,
        ),
      ),
    );
  });
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unmatched';
    const { method } = request;
    const status = reply.statusCode;
    const tookMs = Math.round(reply.elapsedTime * 10) / 10;
    duration.record(reply.elapsedTime / 1_000, { method, route, status: String(status) });
    logger.info({ method, route, status, tookMs }, 'request');
    done();
  });
}

/** Takes the client's request id when it is sane, and lets Fastify make one otherwise. */
export function requestIdOf(headers: FastifyRequest['headers'], newId: () => string): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && isSaneRequestId(given) ? given : newId();
}
