import { ConfiguredStorage } from '@docket/adapters/storage/create';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { Logger } from '@docket/platform/logging/logger';
import type { MetricsEndpoint } from '@docket/platform/metrics';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import { ApiSettings, type ApiConfig } from './api-settings.js';
import { AppModule } from './app.module.js';
import { NDJSON } from './http/ndjson.js';
import { addEdge } from './http/edge.js';
import { addJsonBodies } from './http/json-body.js';
import { ProblemFilter } from './http/problem.filter.js';
import { addRequestLifecycle, requestIdOf } from './http/request-lifecycle.js';
import { createValidationPipe } from './http/validation.js';
import { newId } from './infrastructure/ids.js';
import { NestLogger } from './infrastructure/nest-logger.js';
import { UploadAnnouncer } from './knowledge/documents/upload-announcer.js';
import { addStorageRoutes } from './knowledge/uploads/storage-routes.js';
import { UploadReceiver } from './knowledge/uploads/upload-receiver.js';
import { serveOpenApi } from './openapi/openapi.js';

/** JSON may write a character as six, so a body may be several times its text; the text itself has its own limit. */
const BODY_BYTES_PER_TEXT_BYTE = 6;
const BODY_OVERHEAD_BYTES = 65_536;
/** Longest a client may take over its headers. */
const HEADERS_TIMEOUT_MS = 15_000;

/**
 * Puts the API together, ready to listen.
 *
 * @param beside controllers of further versions, served by the same process
 */
export async function createApp(
  config: ApiConfig,
  logger: Logger,
  metrics: MetricsEndpoint,
  beside: readonly Type[] = [],
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: config.INLINE_TEXT_MAX_BYTES * BODY_BYTES_PER_TEXT_BYTE + BODY_OVERHEAD_BYTES,
    genReqId: (request: { headers: IncomingHttpHeaders }) => requestIdOf(request.headers, newId),
    trustProxy: (_address: string, hop: number) => hop < config.API_TRUSTED_PROXIES,
    // Headers that trickle in must not hold a connection; 16 kB hold every token there is.
    http: { headersTimeout: HEADERS_TIMEOUT_MS, maxHeaderSize: 16_384 },
    // A body may be a file on a slow line, and takes as long as its address is good for.
    requestTimeout: Math.max(config.UPLOAD_URL_SECONDS * 1_000, HEADERS_TIMEOUT_MS),
    connectionTimeout: 0,
    keepAliveTimeout: 72_000,
    // Who has a connection still gets an answer while this process stops.
    return503OnClosing: false,
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.for(new ApiSettings(config), logger, metrics, beside),
    adapter,
    // Fastify's own JSON parser is the only one: a form is no request of this API.
    { logger: new NestLogger(logger), abortOnError: false, bodyParser: false },
  );
  const server: FastifyInstance = adapter.getInstance();
  addRequestLifecycle(server, logger);
  addEdge(server, config);
  addJsonBodies(server);
  server.removeContentTypeParser('text/plain');
  // Lines are read one by one: one that is broken refuses itself and nothing else.
  server.addContentTypeParser(NDJSON, { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.useGlobalFilters(new ProblemFilter(logger));
  app.useGlobalPipes(createValidationPipe());
  const { served } = app.get(ConfiguredStorage);
  // Only where no store answers for its own addresses.
  if (served) {
    const receiver = new UploadReceiver(app.get(TenantDatabase), served.disk, app.get(UploadAnnouncer));
    await addStorageRoutes(server, { ...served, receiver, logger });
  }
  serveOpenApi(app);
  return app;
}
