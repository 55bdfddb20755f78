import { parseTypeId } from '@docket/domain/ids/type-id';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DocketClient, FileToUpload } from '../../tools/client/docket-client.ts';
import { generatedDocuments } from '../../tools/client/generated-documents.ts';
import { inParallel } from '../../tools/client/in-parallel.ts';
import type { AppProcess } from '../support/app-process.ts';
import { createTestDatabase } from '../support/database.ts';
import { searchableState, type SearchableState } from '../support/searchable-content.ts';
import { TestStack } from '../support/stack.ts';
import { startDevServer, type DevServer } from '../support/temporal-dev-server.ts';
import { until } from '../support/until.ts';

const MINUTES = 60_000;
const AT_ONCE = 8;
const [OLD, NEW] = ['build-that-works', 'build-that-spoils'];
const SPOILED_BUILD = pathToFileURL(join(import.meta.dirname, '../support/spoiled-build.mjs')).href;

describe('a release that spoils passages', () => {
  const before = generatedDocuments(10, 'before the release');
  const during = generatedDocuments(30, 'during the ramp');
  const after = generatedDocuments(10, 'after the way back');
  let server: DevServer;
  let stack: TestStack;
  let api: AppProcess;
  let bad: AppProcess;
  let org: { orgId: string; docket: DocketClient };
  let expected: SearchableState;

  beforeAll(async () => {
    server = await startDevServer();
    stack = await TestStack.open(await createTestDatabase(), {
      temporalAddress: server.address,
      namespace: server.namespace,
    });
    api = await stack.startApi();
    await stack.startWorker({ WORKER_BUILD_ID: OLD });
    const undisturbed = await stack.newOrg(api);
    await ingest(undisturbed.docket, [...before, ...during, ...after]);
    expected = await stateOf(undisturbed.orgId);
    org = await stack.newOrg(api);
    await ingest(org.docket, before);
  }, 5 * MINUTES);
  afterAll(async () => {
    await stack.stop();
    await server.stop();
  }, MINUTES);

  it(
    'gets no work before it is ramped, and then its share',
    async () => {
      bad = await stack.startIdleWorker({ WORKER_BUILD_ID: NEW, NODE_OPTIONS: `--import=${SPOILED_BUILD}` });
      expect(await release('ramp', '--build', NEW, '--percent', '50')).toContain('50 percent');
      expect(await release('status')).toMatch(new RegExp(`current: ${OLD}\\nramping: ${NEW}, 50 percent`));
      await ingest(org.docket, during);
      const made = await madeBy();
      expect(made[OLD]).toBeGreaterThan(before.length);
      expect(made[NEW]).toBeGreaterThan(0);
      expect((await stateOf(org.orgId)).contents.length).toBe(before.length + during.length);
    },
    5 * MINUTES,
  );

  it(
    'gets none after the way back, and what it had under way is finished by the build that works',
    async () => {
      const waiting = await Promise.all(after.map((file) => org.docket.announce(file)));
      await until('some wait on the bad build', async () => (await openOn(NEW)) > 0, MINUTES);
      await release('roll-back');
      await bad.stop();
      await release('roll-back', '--to', OLD, '--take-over');
      await Promise.all(
        waiting.map(async ({ upload, documentId }, index) => {
          if (!upload) throw new Error('nothing to put');
          await org.docket.put(upload, after[index]?.bytes ?? new Uint8Array());
          expect((await org.docket.untilEnded(documentId, 2 * MINUTES)).state).toBe('indexed');
        }),
      );
      expect((await madeBy())[NEW]).toBeLessThanOrEqual(during.length);
    },
    5 * MINUTES,
  );

  it(
    'is undone: what it made is found, made again and as if it had never been',
    async () => {
      const spoiled = (await madeBy())[NEW] ?? 0;
      expect(await stateOf(org.orgId)).not.toEqual(expected);
      const counted = { found: spoiled, begun: 0, refused: {} };
      expect(JSON.parse(await release('undo', '--build', NEW, '--dry-run'))).toEqual(counted);
      const begun = { found: spoiled, begun: spoiled, refused: {} };
      expect(JSON.parse(await release('undo', '--build', NEW, '--per-second', '100'))).toEqual(begun);
      await until('all are made again', async () => (await openRuns()) === 0, 2 * MINUTES);
      expect(await stateOf(org.orgId)).toEqual(expected);
      expect(await madeBy()).toEqual({ [OLD]: before.length + during.length + after.length });
      expect(JSON.parse(await release('undo', '--build', NEW))).toEqual({ found: 0, begun: 0, refused: {} });
    },
    5 * MINUTES,
  );

  async function release(...args: string[]): Promise<string> {
    return stack.command('release', ...args);
  }

  async function stateOf(orgId: string): Promise<SearchableState> {
    return searchableState(stack.database.adminUrl, parseTypeId('org', orgId) ?? '');
  }

  /** Searchable documents by the build that made them. */
  async function madeBy(): Promise<Record<string, number>> {
    const rows = await stack.database.asAdmin<{ build: string; documents: number }>(
      `select (select e.worker_build from run_executions e where e.org_id = r.org_id and e.run_id = r.id
                order by e.started_at desc limit 1) as build, count(*)::integer as documents
         from runs r where r.org_id = $1 and r.state = 'succeeded' group by 1`,
      [parseTypeId('org', org.orgId)],
    );
    return Object.fromEntries(rows.map(({ build, documents }) => [build, documents]));
  }

  async function openRuns(): Promise<number> {
    const [row] = await stack.database.asAdmin<{ open: number }>(
      `select count(*)::integer as open from runs where org_id = $1 and state in ('queued', 'running', 'waiting')`,
      [parseTypeId('org', org.orgId)],
    );
    return row?.open ?? -1;
  }

  /** Open executions that are pinned to a build, as Temporal lists them. */
  async function openOn(build: string): Promise<number> {
    const query = `ExecutionStatus = 'Running' AND TemporalWorkerDeploymentVersion = 'docket:${build}'`;
    const connection = await Connection.connect({ address: server.address });
    try {
      return (await new Client({ connection, namespace: server.namespace }).workflow.count(query)).count;
    } finally {
      await connection.close();
    }
  }
});

async function ingest(docket: DocketClient, files: readonly FileToUpload[]): Promise<void> {
  await inParallel([...files], AT_ONCE, async (file) => {
    const { documentId } = await docket.upload(file);
    expect((await docket.untilEnded(documentId, 2 * MINUTES)).state).toBe('indexed');
  });
}
