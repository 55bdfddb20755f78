import { SWEEP } from '@docket/workflows/sweep/contract';
import { QUEUES } from '@docket/domain/run/queues-rules';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { anyFreePort } from '../../tools/stack/ports.ts';
import { until } from '../support/until.ts';
import { EndToEnd, testServer } from './support/environment.ts';

jest.setTimeout(90_000);

const PAGE = readFileSync(resolve(import.meta.dirname, '../../docs/webhooks.md'), 'utf8');

interface Received {
  headers: Record<string, string>;
  body: string;
}

let on: EndToEnd;
let folder: string;
let port: number;
let apiKey: string;
let receiver: Server;
let receiverUrl: string;
const received: Received[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'docket-webhooks-'));
  port = await anyFreePort();
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        received.push({ headers: request.headers as Record<string, string>, body });
        response.writeHead(204).end();
      });
  });
  const own = await anyFreePort();
  await new Promise<void>((done) => receiver.listen(own, '127.0.0.1', done));
  receiverUrl = `http://127.0.0.1:${own}/hook`;
  const trusted = `http://127.0.0.1:${port},http://127.0.0.1:${own}`;
  on = await EndToEnd.open(testServer, { overrides: { WEBHOOK_TRUSTED_ORIGINS: trusted } });
  ({ apiKey } = await on.stack.newOrg(on.api));
});

afterAll(async () => {
  await on.close();
  await new Promise((done) => receiver.close(done));
  rmSync(folder, { recursive: true, force: true });
});

async function call(
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${on.api.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${apiKey}`,
      ...(body && { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

function blocks(language: string): string {
  const pattern = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs');
  return [...PAGE.matchAll(pattern)].map(([, text]) => text ?? '').join('\n');
}

describe('webhooks', () => {
  it('work by the commands and the receiver of their page, one after another, in one shell', async () => {
    writeFileSync(join(folder, 'receiver.mjs'), blocks('js'));
    // However it goes, the receiver ends with the shell.
    const commands = `trap 'kill $(jobs -p) 2> /dev/null || true' EXIT\n${blocks('sh')}`;
    expect(commands.match(/curl /g)?.length).toBeGreaterThan(8);
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', commands], {
      cwd: folder,
      timeout: 60_000,
      env: {
        PATH: process.env['PATH'],
        DOCKET_URL: on.api.url,
        DOCKET_API_KEY: apiKey,
        HOOK_URL: `http://127.0.0.1:${port}/docket`,
        PORT: String(port),
      },
    });
    // Received twice and redelivered once: the receiver knows the message it has.
    expect(stdout.match(/received webhook\.test/g)).toHaveLength(2);
    expect(stdout).toContain('401');
    expect(stdout).toContain('whsec_');
  });

  it('are told once of an alert that the sweep finds, signed, and once that it is over', async () => {
    const made = await call('POST', '/v1/webhooks', {
      url: receiverUrl,
      events: ['alert.fired', 'alert.resolved'],
    });
    const secret = String(made.body['secret']);
    const rule = {
      name: 'all fails',
      metric: 'failure_rate',
      fireAt: 0.5,
      resolveBelow: 0.5,
      minimumRuns: 1,
    };
    expect(await call('POST', '/v1/alert-rules', rule)).toMatchObject({ status: 201, body: { state: 'ok' } });
    await fail();
    await sweep();
    await until('the alert came', async () => received.length > 0);
    const [{ headers, body } = { headers: {}, body: '' }] = received;
    expect(new Webhook(secret).verify(body, headers)).toMatchObject({
      type: 'alert.fired',
      data: { name: 'all fails', value: 1 },
    });
    await sweep();
    await on.stack.database.asAdmin(`update runs set state = 'succeeded' where state = 'failed'`);
    await sweep();
    await until('its end came', async () => received.length > 1);
    expect(received.map((message) => (JSON.parse(message.body) as { type: string }).type)).toEqual([
      'alert.fired',
      'alert.resolved',
    ]);
  });

  it('are not stored for an address inside', async () => {
    for (const url of [
      'https://127.0.0.1/',
      'https://localhost./',
      'https://[::ffff:a9fe:a9fe]/',
      receiverUrl.replace('127.0.0.1', '127.0.0.2'),
    ]) {
      const refused = await call('POST', '/v1/webhooks', { url, events: ['alert.fired'] });
      expect(refused).toMatchObject({ status: 422, body: { code: 'webhook.address_refused' } });
    }
  });

  it('show their secret once: a repeat is refused, and no answer, log or history has it', async () => {
    const request = {
      method: 'POST',
      headers: {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      },
      body: JSON.stringify({ url: receiverUrl, events: ['alert.fired'] }),
    };
    const first = (await (await fetch(`${on.api.url}/v1/webhooks`, request)).json()) as {
      secret: string;
      id: string;
    };
    expect(first.secret).toMatch(/^whsec_/);
    const second = await fetch(`${on.api.url}/v1/webhooks`, request);
    expect([second.status, await second.text()]).toEqual([
      409,
      expect.stringContaining('idempotency.secret_not_replayable'),
    ]);
    const answers = await Promise.all([
      call('GET', `/v1/webhooks/${first.id}`),
      call('GET', '/v1/audit?limit=200'),
    ]);
    const logs = JSON.stringify([on.api.logs(), on.worker.logs()]);
    expect(JSON.stringify(answers) + logs).not.toContain(first.secret.slice(6));
  });
});

/** One run that fails: a page without a word. */
async function fail(): Promise<void> {
  const text = { title: 'empty', text: '<!-- nothing -->', mediaType: 'text/html' };
  const { body } = await call('POST', '/v1/documents', text);
  await until('it failed', async () => {
    const run = await call('GET', `/v1/runs/${String(body['runId'])}`);
    return run.body['state'] === 'failed';
  });
}

async function sweep(): Promise<void> {
  await on.temporal.workflow.execute(SWEEP, {
    taskQueue: QUEUES.main,
    workflowId: `sweep-${randomUUID()}`,
    args: [],
  });
}
