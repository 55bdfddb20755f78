import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createServer } from 'node:http';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { readLocalEnv } from '../../tools/stack/local-env.ts';
import { anyFreePort } from '../../tools/stack/ports.ts';
import { readSecrets } from '../../tools/stack/secrets.ts';
import { readTools } from '../../tools/stack/tools.ts';
import { reply } from '../end-to-end/support/tickets.ts';
import { TemporaryStack } from '../long/temporary-stack.ts';
import { AnthropicStandIn } from '../support/anthropic-stand-in.ts';
import {
  carryOut,
  lookAround,
  runbookSection,
  untilOver,
  type ShellEnvironment,
} from '../support/runbook.ts';
import { until } from '../support/until.ts';

const MINUTES = 60_000;
jest.setTimeout(4 * MINUTES);

const PAGE = 'docs/runbooks/alerts.md';
const READS_AT_ONCE = 60;

describe('the runbook of alerts, on a stack on which each fault is made', () => {
  const variables: Record<string, string> = {
    WORKER_BUILD_ID: 'bad',
    // The first failure is the last: what fails is to be seen, and not the patience before.
    STORAGE_FAILURES_MAX: '1',
    ANTHROPIC_API_KEY: 'sk-of-a-drill',
  };
  const stack = new TemporaryStack(variables);
  let provider: AnthropicStandIn;
  let receiverPort: number;

  beforeAll(async () => {
    provider = await AnthropicStandIn.start(() => ({
      kind: 'answer',
      text: reply({ answerable: false, reply: null, citations: [] }),
    }));
    receiverPort = await anyFreePort();
    variables['ANTHROPIC_BASE_URL'] = provider.url;
    variables['WEBHOOK_TRUSTED_ORIGINS'] = `http://127.0.0.1:${receiverPort}`;
    await stack.up();
  }, 3 * MINUTES);
  afterAll(async () => {
    await stack.remove();
    await provider.stop();
  }, MINUTES);

  /** What the page asks for, the tools of the stack, and what the worker's commands read besides. */
  const environment = (more: Record<string, string> = {}): ShellEnvironment => {
    const { home } = stack;
    const { postgresBin } = readTools(home);
    return {
      PATH: [join(home.toolsDir, 'bin'), postgresBin, process.env['PATH']].join(':'),
      DOCKET_HOME: home.root,
      // Whatever whoever runs this has configured for shells and tools counts for nothing.
      HOME: home.root,
      STORAGE_URL: pathToFileURL(join(home.dataDir, 'objects')).href,
      STORAGE_SIGNING_KEY: readSecrets(home)?.storageSigningKey,
      ...readLocalEnv(home),
      ...more,
    };
  };

  async function ask(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const { DOCKET_URL = '', DOCKET_API_KEY = '' } = readLocalEnv(stack.home);
    const response = await fetch(`${DOCKET_URL}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${DOCKET_API_KEY}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, ...((await response.json()) as object) };
  }

  /** Begins the ingest of a document of its own, and returns the id of its run. */
  async function ingest(name: string): Promise<string> {
    const text = `# ${name}\n\nThe ${name} stands here.\n`;
    const { runId } = await ask('POST', '/v1/documents', { title: name, text, mediaType: 'text/markdown' });
    return String(runId);
  }

  async function untilRun(runId: string, state: string): Promise<void> {
    const isSo = async (): Promise<boolean> => (await ask('GET', `/v1/runs/${runId}`))['state'] === state;
    await until(`${runId} is ${state}`, isSo, MINUTES);
  }

  async function asAdmin<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: stack.adminUrl });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  it('Failures spike: the store takes nothing', async () => {
    const { look, help, over } = runbookSection(PAGE, 'Failures spike');
    const contents = join(stack.home.dataDir, 'objects/contents');
    if (existsSync(contents)) renameSync(contents, `${contents}-aside`);
    // A file where a folder should be: root may write anywhere, so permissions would stop nobody.
    writeFileSync(contents, '');
    const runs = [await ingest('quill'), await ingest('ledger'), await ingest('inkwell')];
    for (const run of runs) await untilRun(run, 'failed');
    const seen = await lookAround(look, environment());
    expect(seen).toContain('"errorCode":"storage.unavailable"');
    expect(seen).toContain('"count":3');
    expect(seen).toMatch(/"what":"[^"]*stor/i);
    expect(seen).toContain('worker');
    rmSync(contents);
    if (existsSync(`${contents}-aside`)) renameSync(`${contents}-aside`, contents);
    for (const block of help) expect(await carryOut(block, environment())).toContain('"total":3');
    await untilOver(over, environment);
    for (const run of runs) await untilRun(run, 'succeeded');
  });

  it('The API fails or is slow: a lock that everybody waits for', async () => {
    const { look, over } = runbookSection(PAGE, 'The API fails or is slow');
    const seen = await asAdmin(async (client) => {
      await client.query('begin; lock table documents in access exclusive mode');
      const reads = Array.from({ length: READS_AT_ONCE }, () =>
        ask('GET', '/v1/documents').catch(() => undefined),
      );
      const output = await lookAround(look, environment());
      await client.query('rollback');
      await Promise.all(reads);
      return output;
    });
    expect(seen).toMatch(/docket_db_pool_connections\{[^}]*state="waiting"[^}]*\} [1-9]/);
    expect(seen).toMatch(/active\s+\| Lock/);
    await untilOver(over, environment);
  });

  it('A process is down: the worker was killed', async () => {
    const { look, over } = runbookSection(PAGE, 'A process is down');
    stack.kill('worker');
    const seen = await lookAround(look, environment());
    expect(seen).toContain('api 200');
    expect(seen).toContain('worker 000');
    expect(seen).toMatch(/worker +died/);
    await stack.up();
    await untilOver(over, environment);
  });

  it('A provider is down: the model answers 503', async () => {
    const { look, over } = runbookSection(PAGE, 'A provider is down');
    provider.isAway = true;
    const ticket = { externalId: 'outage', subject: 'Export', body: 'When does the export run?' };
    const { runId } = await ask('POST', '/v1/tickets', ticket);
    const waits = /"code":"model\.(unavailable|overloaded)"/;
    await until('it says what it waits for', async () => waits.test(await lookAround(look, environment())));
    expect(await lookAround(look, environment())).toContain('kind="ticketEnrichment",state="waiting"');
    provider.isAway = false;
    await untilOver(over, environment);
    await untilRun(String(runId), 'succeeded');
  });

  it('Temporal is down: killed, and without its Schedule afterwards', async () => {
    const { look, help, over } = runbookSection(PAGE, 'Temporal is down');
    stack.kill('temporal');
    const runId = await ingest('sundial');
    const seen = await lookAround(look, environment());
    expect(seen).toMatch(/"name":"temporal","state":"(unavailable|slow)/);
    await stack.up();
    const schedule = `--address "$TEMPORAL_ADDRESS" -n "$TEMPORAL_NAMESPACE" --schedule-id sweep`;
    await carryOut(`temporal schedule delete ${schedule}`, environment());
    // As if it had been away for minutes: the sweep passes over what is young.
    await asAdmin((client) =>
      client.query(`update runs set queued_at = now() - interval '3 minutes' where state = 'queued'`),
    );
    for (const block of help) await carryOut(block, environment());
    await carryOut(`temporal schedule trigger ${schedule}`, environment());
    await untilOver(over, environment);
    await untilRun(runId, 'succeeded');
  });

  it('Postgres is down: killed', async () => {
    const { look, over } = runbookSection(PAGE, 'Postgres is down');
    stack.kill('postgres');
    const seen = await lookAround(look, environment());
    expect(seen).toMatch(/"name":"postgres","state":"(unavailable|slow)/);
    expect(await ask('GET', '/v1/documents')).toMatchObject({ status: 503 });
    await stack.up();
    await untilOver(over, environment);
    await untilRun(await ingest('anchor'), 'succeeded');
  });

  it('A run is stuck: its rows are refused again and again', async () => {
    const { look, help, over } = runbookSection(PAGE, 'A run is stuck');
    await asAdmin((client) =>
      client.query(`create function refuse_insert() returns trigger language plpgsql as
                      $$ begin raise exception 'refused by a drill'; end $$;
                    create trigger refused before insert on chunks for each row execute function refuse_insert()`),
    );
    const runId = await ingest('windmill');
    const own = (): ShellEnvironment => environment({ RUN_ID: runId });
    await until('an attempt failed', async () =>
      (await lookAround(look, own())).includes('refused by a drill'),
    );
    const seen = await lookAround(look, own());
    expect(seen).toContain('readContent');
    for (const block of help) await carryOut(block, own());
    await untilOver(over, own);
    await untilRun(runId, 'cancelled');
    await asAdmin((client) => client.query('drop trigger refused on chunks; drop function refuse_insert()'));
    expect(await ask('POST', `/v1/runs/${runId}/retry`)).toMatchObject({ status: 202 });
    await untilRun(runId, 'succeeded');
  });

  it('Webhooks are not delivered: nobody is reached', async () => {
    const { look, help, over } = runbookSection(PAGE, 'Webhooks are not delivered');
    const url = `http://127.0.0.1:${receiverPort}/hook`;
    const { id } = await ask('POST', '/v1/webhooks', { url, events: ['alert.fired'] });
    const { runId } = await ask('POST', `/v1/webhooks/${String(id)}/test`);
    await untilRun(String(runId), 'waiting');
    const seen = await lookAround(look, environment());
    expect(seen).toContain('outcome="webhook.unreachable"');
    expect(seen).toContain(String(runId));
    const receiver = createServer((_, response) => void response.writeHead(204).end());
    await new Promise<void>((listening) => receiver.listen(receiverPort, '127.0.0.1', listening));
    try {
      for (const block of help) await carryOut(block, environment());
      await untilOver(over, environment);
      await untilRun(String(runId), 'succeeded');
    } finally {
      await new Promise((closed) => receiver.close(closed));
    }
  });

  it('A bad release: what its build made is found and made again by another', async () => {
    const { look, help, over } = runbookSection(PAGE, 'A bad release');
    const builds = { BAD_BUILD: 'bad', GOOD_BUILD: 'good' };
    variables['WORKER_BUILD_ID'] = 'good';
    await stack.up();
    const seen = await lookAround(look, environment(builds));
    expect(seen).toContain('current: good');
    expect(seen).toMatch(/"total":[1-9]/);
    expect(seen).toMatch(/"found":[1-9]/);
    for (const block of help) await carryOut(block, environment(builds));
    await untilOver(over, () => environment(builds));
    const { data } = await ask('GET', '/v1/runs?kind=documentIngest&limit=50');
    const runs = data as { id: string }[];
    for (const { id } of runs) await untilRun(id, 'succeeded');
    for (const { id } of runs) {
      const { executions } = await ask('GET', `/v1/runs/${id}`);
      expect((executions as { workerBuild: string }[]).at(-1)?.workerBuild).toBe('good');
    }
  });
});
