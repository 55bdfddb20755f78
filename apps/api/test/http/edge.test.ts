import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fastify, type FastifyInstance } from 'fastify';
import type { ApiConfig } from '../../src/api-settings.ts';
import { addEdge, isTooDeep } from '../../src/http/edge.ts';

const ORIGIN = 'https://app.example.com';
let server: FastifyInstance;

beforeAll(async () => {
  server = fastify();
  addEdge(server, {
    API_CORS_ORIGINS: `${ORIGIN}, https://b.example.com`,
    API_PUBLIC_URL: 'https://x',
  } as ApiConfig);
  server.post('/v1/echo', (request) => request.body);
  server.get('/docs', () => 'page');
  await server.ready();
});

afterAll(() => server.close());

describe('the edge', () => {
  it('tells browsers to run nothing of an answer, frame nothing, and come back over TLS', async () => {
    const { headers } = await server.inject({ method: 'POST', url: '/v1/echo', payload: { a: 1 } });
    expect(headers).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': expect.stringContaining('max-age='),
    });
  });

  it("lets the documentation page run its own scripts and nobody else's", async () => {
    const { headers } = await server.inject('/docs');
    expect(headers['content-security-policy']).toMatch(/script-src 'self';/);
  });

  it('answers the preflight of an origin on the list', async () => {
    const answer = await server.inject({
      method: 'OPTIONS',
      url: '/v1/echo',
      headers: { origin: ORIGIN, 'access-control-request-method': 'POST' },
    });
    expect(answer.statusCode).toBe(204);
    expect(answer.headers['access-control-allow-origin']).toBe(ORIGIN);
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
  });

  it.each(['https://evil.example.com', `${ORIGIN}.evil.example`, 'null'])(
    'lets %s read nothing',
    async (origin) => {
      const answer = await server.inject({
        method: 'POST',
        url: '/v1/echo',
        payload: {},
        headers: { origin },
      });
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
      expect(answer.headers.vary).toBe('Origin');
    },
  );

  it('refuses a body that is nested too deep, however deep, and takes one that is wide', async () => {
    const deep = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
    expect(isTooDeep(deep(32))).toBe(false);
    expect(isTooDeep(deep(33))).toBe(true);
    expect(isTooDeep(deep(5_000))).toBe(true);
    expect(isTooDeep({ wide: Array.from({ length: 10_000 }, () => ({})) })).toBe(false);
    const answer = await server.inject({ method: 'POST', url: '/v1/echo', payload: deep(40) as object });
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
  });
});
