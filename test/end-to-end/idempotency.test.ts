import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase } from '../support/database.ts';
import type { AppProcess } from '../support/app-process.ts';
import { expectOneEffectPerKey } from '../support/idempotency-storm.ts';
import { TestStack } from '../support/stack.ts';
import { startTestServer, TEST_NAMESPACE } from '../support/temporal-test-server.ts';
import { expectProblem, raw, type RawAnswer } from './support/problems.ts';

type Server = Awaited<ReturnType<typeof startTestServer>>;

jest.setTimeout(120_000);

let server: Server;
let stack: TestStack;
let api: AppProcess;
let apiKey: string;

beforeAll(async () => {
  server = await startTestServer();
  stack = await TestStack.open(await createTestDatabase(), {
    temporalAddress: server.address,
    namespace: TEST_NAMESPACE,
  });
  api = await stack.startApi();
  ({ apiKey } = await stack.newOrg(api));
});

afterAll(async () => {
  try {
    await stack.stop();
  } finally {
    await server.teardown();
  }
});

async function post(
  path: string,
  key: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<RawAnswer> {
  return raw(
    fetch(`${api.url}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
        'idempotency-key': key,
        ...headers,
      },
      body: JSON.stringify(body),
    }),
  );
}

describe('Idempotency-Key', () => {
  it('gives a repeat the first answer, whatever the order of its fields, and says so', async () => {
    const first = await post('/v1/collections', 'repeat', { name: 'repeat', description: 'once' });
    const again = await post('/v1/collections', 'repeat', { description: 'once', name: 'repeat' });
    expect(first).toMatchObject({ status: 201, body: { name: 'repeat' } });
    expect(first.headers.has('idempotent-replayed')).toBe(false);
    expect(again).toMatchObject({ status: 201, body: first.body });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
  });

  it('is bound to body and route', async () => {
    await post('/v1/collections', 'bound', { name: 'bound' });
    const otherBody = await post('/v1/collections', 'bound', { name: 'bound elsewhere' });
    expectProblem(otherBody, 422, 'idempotency.mismatch');
    const otherRoute = await post('/v1/documents', 'bound', { name: 'bound' });
    expectProblem(otherRoute, 422, 'idempotency.mismatch');
  });

  it('is not bound to Prefer: a repeat gets the 202 that was stored before the waiting', async () => {
    const text = { title: 'Prefer', text: '# Prefer', mediaType: 'text/markdown' };
    const first = await post('/v1/documents', 'prefer', text, { prefer: 'wait=1' });
    const again = await post('/v1/documents', 'prefer', text);
    expect(again).toMatchObject({ status: 202, body: first.body });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  it('keeps no address to upload to, and signs one anew for a repeat', async () => {
    const file = { fileName: 'a.md', mediaType: 'text/markdown', sizeBytes: 3, sha256: 'b'.repeat(64) };
    const first = await post('/v1/uploads', 'upload', file);
    const kept = await stack.database.asAdmin<{ body: string }>(
      "select body || coalesce(upload_grant::text, '') as body from idempotency_keys where key = 'upload'",
    );
    expect(kept).toEqual([{ body: expect.not.stringMatching(/signature|"url"/i) }]);
    const again = await post('/v1/uploads', 'upload', file);
    const { upload } = again.body as { upload: { url: string; headers: Record<string, string> } };
    expect(again.body).toEqual({
      ...(first.body as object),
      upload: { ...(first.body as { upload: object }).upload, url: upload.url },
    });
    const put = await fetch(upload.url, { method: 'PUT', headers: upload.headers, body: '# a' });
    expect(put.status).toBe(200);
  });

  it('of a request that failed is free again, with another body too', async () => {
    expectProblem(await post('/v1/collections', 'failed', { colour: 'red' }), 400, 'request.invalid');
    expect(await post('/v1/collections', 'failed', { name: 'mended' })).toMatchObject({ status: 201 });
  });

  it('refuses a second request while the first is running, and says when to come back', async () => {
    const body = { name: 'running' };
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => post('/v1/collections', 'running', body)),
    );
    const refused = answers.filter(({ status }) => status === 409);
    for (const answer of refused) {
      expectProblem(answer, 409, 'idempotency.in_progress');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    const given = answers.filter(({ status }) => status === 201);
    expect(given.length + refused.length).toBe(6);
    expect(given.filter(({ headers }) => !headers.has('idempotent-replayed')).length).toBe(1);
  });

  it.each([['with spaces in it'], ['x'.repeat(256)], ['']])(
    'refuses a key it cannot keep: %s',
    async (key) => {
      expectProblem(await post('/v1/collections', key, { name: 'k' }), 400, 'idempotency.key_invalid');
    },
  );

  it('is of no account where nothing is created', async () => {
    const search = await post('/v1/search', 'search', { query: 'anything' });
    expect(search).toMatchObject({ status: 200, body: { hits: [] } });
    const other = await post('/v1/search', 'search', { query: 'anything else' });
    expect(other).toMatchObject({ status: 200 });
    expect(other.headers.has('idempotent-replayed')).toBe(false);
  });
});

describe('many requests with few keys, and a replica that sleeps longer than its lease and is then killed', () => {
  it('have one effect per key and one answer, to the byte', async () => {
    await expectOneEffectPerKey(stack, { keys: 48, perKey: 4 });
  });
});
