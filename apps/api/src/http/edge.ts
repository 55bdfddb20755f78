import { DocketError } from '@docket/domain/errors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiConfig } from '../api-settings.js';

/** The documentation page runs its own scripts and styles; its tool writes some styles into the page. */
const DOCS_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/** Answers are data: whatever a browser takes them for, nothing in them runs. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** No request of this API is half as deep, and every layer costs whoever walks through it. */
const DEEPEST_JSON = 32;

const ALLOWED_METHODS = 'GET, POST, PUT, PATCH, DELETE';
const ALLOWED_HEADERS =
  'authorization, content-type, accept, idempotency-key, prefer, x-request-id, traceparent';
const EXPOSED_HEADERS =
  'location, link, deprecation, sunset, retry-after, ratelimit, ratelimit-policy, x-request-id, idempotent-replayed, preference-applied, www-authenticate';
/** Seconds a browser may remember that it may call. */
const PREFLIGHT_SECONDS = 600;

/** What guards the edge whatever the route: headers for browsers, the origins that may call, and how deep a body goes. */
export function addEdge(server: FastifyInstance, config: ApiConfig): void {
  const origins = new Set(originsOf(config.API_CORS_ORIGINS));
  const isHttps = config.API_PUBLIC_URL.startsWith('https:');
  server.addHook('onRequest', (request, reply, done) => {
    setSecurityHeaders(request, reply, isHttps);
    done();
  });
  if (origins.size > 0)
    server.addHook('onRequest', async (request, reply) => {
      await answerOrigin(request, reply, origins);
    });
  server.addHook('preValidation', (request, _reply, done) => {
    done(isTooDeep(request.body) ? tooDeep() : undefined);
  });
}

/** Origins of the allow list, as browsers write them. */
function originsOf(list: string | undefined): string[] {
  return (list ?? '')
    .split(',')
    .map((origin) => origin.trim())
    .filter(Boolean);
}

function setSecurityHeaders(request: FastifyRequest, reply: FastifyReply, isHttps: boolean): void {
  const isDocs = /^\/docs([/?]|$)/.test(request.url);
  void reply
    .header('content-security-policy', isDocs ? DOCS_POLICY : DATA_POLICY)
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'no-referrer')
    .header('cross-origin-opener-policy', 'same-origin')
    .header('x-frame-options', 'DENY');
  if (isHttps) void reply.header('strict-transport-security', 'max-age=31536000; includeSubDomains');
}

/** Credentials are sent by programs, never by cookies: origins are named, and credentials are not allowed along. */
async function answerOrigin(
  request: FastifyRequest,
  reply: FastifyReply,
  origins: ReadonlySet<string>,
): Promise<void> {
  void reply.header('vary', 'Origin');
  const { origin } = request.headers;
  if (origin === undefined || !origins.has(origin)) return;
  void reply
    .header('access-control-allow-origin', origin)
    .header('access-control-expose-headers', EXPOSED_HEADERS);
  if (request.method !== 'OPTIONS' || !request.headers['access-control-request-method']) return;
  await reply
    .status(204)
    .header('access-control-allow-methods', ALLOWED_METHODS)
    .header('access-control-allow-headers', ALLOWED_HEADERS)
    .header('access-control-max-age', String(PREFLIGHT_SECONDS))
    .send();
}

/** Walks without recursion, since what it looks for would exhaust the stack. Streams and bytes are nobody's layers. */
export function isTooDeep(body: unknown): boolean {
  let layer = isPlain(body) ? [body] : [];
  for (let depth = 1; layer.length > 0; depth += 1) {
    if (depth > DEEPEST_JSON) return true;
    layer = layer.flatMap((value) => Object.values(value).filter(isPlain));
  }
  return false;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}

function tooDeep(): DocketError {
  return new DocketError(
    'request.invalid',
    `The body is nested deeper than ${DEEPEST_JSON} levels. Send it flatter.`,
  );
}
