import { DocketError, errorCategory } from '@docket/domain/errors';
import { describeFailure } from '@docket/platform/errors';
import { addToLogContext } from '@docket/platform/logging/log-context';
import type { Logger } from '@docket/platform/logging/logger';
import { countError } from '@docket/platform/metrics/errors';
import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEM_MEDIA_TYPE, toProblem } from './problem.js';
import { toDocketError } from './to-docket-error.js';

/** The one place where a thrown value becomes an answer. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    await sendProblem(error, http.getRequest(), http.getResponse(), this.logger);
  }
}

export async function sendProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Logger,
): Promise<void> {
  let shown = toDocketError(error, { url: request.url, bodyLimit: request.routeOptions.bodyLimit });
  // Of what was thrown rather than of what is shown, which does not say whether it was the database that was away.
  const { category } = describeFailure(error, shown ? errorCategory(shown.code) : 'bug');
  if (!shown) {
    logger.error({ error }, 'request failed');
    shown = new DocketError(
      'internal.error',
      'The request failed on our side. Try again; if it fails again, report the requestId.',
    );
  }
  addToLogContext({ errorCode: shown.code, errorCategory: category });
  countError('http', category);
  const problem = toProblem(shown, request.id, category);
  if (shown.retryAfterSeconds !== undefined)
    void reply.header('retry-after', String(shown.retryAfterSeconds));
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  await reply.status(problem.status).header('content-type', PROBLEM_MEDIA_TYPE).send(JSON.stringify(problem));
}
