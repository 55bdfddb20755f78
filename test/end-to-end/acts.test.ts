import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
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

describe('the audit', () => {
  const folder = mkdtempSync(join(tmpdir(), 'docket-heads-'));
  const file = join(folder, 'heads.ndjson');
  afterAll(() => rmSync(folder, { recursive: true }));

  async function get(path: string, headers: Record<string, string> = {}): Promise<RawAnswer> {
    return raw(fetch(`${api.url}${path}`, { headers: { authorization: `Bearer ${apiKey}`, ...headers } }));
  }

  async function auditHeads(command: 'sign' | 'check'): Promise<string> {
    const script = resolve(import.meta.dirname, '../../apps/api/dist/commands/audit-heads.js');
    const env = {
      ...process.env,
      DATABASE_URL: stack.database.appUrl,
      AUDIT_SIGNING_KEY: 'a key of a test, of more than 32 characters',
    };
    const ran = promisify(execFile)(process.execPath, [script, command, '--file', file], { env });
    const { stdout, stderr } = await ran.catch(
      (error: unknown) => error as { stdout: string; stderr: string },
    );
    return `${stdout}${stderr}`;
  }

  it('says who did what, once for one effect, and nothing of what failed', async () => {
    const body = { name: 'audited' };
    const made = await post('/v1/collections', 'audited', body, { 'x-request-id': 'the-first' });
    await post('/v1/collections', 'audited', body);
    await post('/v1/collections', 'audited again', body);
    const { id } = made.body as { id: string };
    const listed = await get(`/v1/audit?subject=${id}`);
    expect(listed.body).toEqual({
      data: [
        {
          seq: expect.any(Number),
          id: expect.stringMatching(/^aud_/),
          at: expect.any(String),
          actor: { kind: 'api_key', id: expect.stringMatching(/^key_/) },
          action: 'collection.create',
          subject: id,
          before: null,
          after: made.body,
          requestId: 'the-first',
          address: '127.0.0.1',
          hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      ],
      nextCursor: null,
    });
  });

  it('is exported whole, an event per line, and follows its chain', async () => {
    await post('/v1/collections', 'exported', { name: 'exported' });
    const headers = { authorization: `Bearer ${apiKey}`, accept: 'application/x-ndjson' };
    const exported = await fetch(`${api.url}/v1/audit`, { headers });
    expect(exported.headers.get('content-type')).toBe('application/x-ndjson');
    const lines = (await exported.text()).trim().split('\n');
    const seqs = lines.map((line) => (JSON.parse(line) as { seq: number }).seq);
    expect(seqs).toEqual(seqs.map((_, index) => seqs.length - index));
    expect((await get('/v1/audit/verify')).body).toMatchObject({
      valid: true,
      events: seqs.length,
      problem: null,
    });
  });

  it('shows against a signed head what was cut off together with the note of the end', async () => {
    expect(await auditHeads('sign')).toContain('signed 1 heads');
    expect(await auditHeads('check')).toContain('0 problems');
    await stack.database.asAdmin(
      `delete from audit_events where seq = (select max(seq) from audit_events);
       update audit_heads h set seq = e.seq, hash = e.hash
         from (select org_id, seq, hash from audit_events order by seq desc limit 1) e where e.org_id = h.org_id`,
    );
    expect((await get('/v1/audit/verify')).body).toMatchObject({ valid: true });
    expect(await auditHeads('check')).toMatch(/is gone/);
  });
});

describe('many requests with few keys, and a replica that sleeps longer than its lease and is then killed', () => {
  it('have one effect per key and one answer, to the byte', async () => {
    await expectOneEffectPerKey(stack, { keys: 48, perKey: 4 });
  });
});
