import { createServer, type Server, type ServerResponse } from 'node:http';
import type { MetricsEndpoint } from '../metrics/metrics.js';
import type { ReadinessReport } from './readiness.js';

export interface HealthServerOptions {
  host: string;
  port: number;
  metrics: MetricsEndpoint;
  readiness: () => Promise<ReadinessReport & Record<string, unknown>>;
}

/** Serves `/health`, `/ready` and `/metrics` for a process without an HTTP API of its own. */
export async function startHealthServer(options: HealthServerOptions): Promise<Server> {
  const server = createServer((request, response) => {
    answer(options, request.url ?? '/', response).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return server;
}

async function answer(options: HealthServerOptions, url: string, response: ServerResponse): Promise<void> {
  const path = url.split('?')[0];
  if (path === '/health') {
    sendJson(response, 200, { status: 'ok' });
  } else if (path === '/ready') {
    const report = await options.readiness();
    sendJson(response, report.status === 'ready' ? 200 : 503, report);
  } else if (path === '/metrics') {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    response.end(await options.metrics.render());
  } else {
    sendJson(response, 404, { status: 'not_found' });
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}
