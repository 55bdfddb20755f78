import { takeUpIngest } from '@docket/activities/take-up';
import { undoBuild, type UndoneBuild } from '@docket/activities/undo-build';
import type { IngestSubject } from '@docket/activities/document-ingest/types';
import type { RunStart } from '@docket/db/runs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId } from '../../../../test/support/database.ts';
import { ErasureWorld } from '../document-erasure/support/erasure-world.ts';
import { IngestWorld } from '../document-ingest/support/ingest-world.ts';

/** The build of the activities in this world. */
const BUILD = 'build-of-a-test';

let world: IngestWorld;
beforeAll(async () => {
  world = await IngestWorld.open();
}, 60_000);
afterAll(() => world.close(), 60_000);

async function undo(
  options: { dryRun?: boolean; build?: string } = {},
  started: RunStart[] = [],
): Promise<UndoneBuild> {
  const { tenants, system } = world.database;
  return undoBuild(
    {
      system,
      tenants,
      kinds: { documentIngest: { takeUp: takeUpIngest(tenants, world.storage), fromStep: 'parse' } },
      startRun: async (run) => void started.push(run),
    },
    { build: BUILD, dryRun: false, perSecond: 1_000, ...options },
  );
}

/** Indexed in an execution that Temporal knows. */
async function indexed(word: string, after?: IngestSubject): Promise<IngestSubject & { contentId: string }> {
  world.execution = newId();
  const text = `# ${word}\n\nAll there is to know about ${word}.\n`;
  const subject = await world.index({ text, ...(after && { after }) });
  world.execution = null;
  return subject;
}

it('makes again what is in use, and nothing that was replaced, deleted or made by another build', async () => {
  const replaced = await indexed('Sirius');
  const current = await indexed('Sirius again', replaced);
  const deleted = await indexed('Vega');
  await new ErasureWorld(world).erase(deleted.documentId);
  const others = await indexed('Deneb');
  await world.database.asAdmin(`update run_executions set worker_build = 'another' where run_id = $1`, [
    others.runId,
  ]);

  expect(await undo({ dryRun: true })).toEqual({ found: 1, begun: 0, refused: {} });
  const started: RunStart[] = [];
  expect(await undo({}, started)).toEqual({ found: 1, begun: 1, refused: {} });
  expect(started.map(({ runId, attempts }) => ({ runId, attempts }))).toEqual([
    { runId: current.runId, attempts: 2 },
  ]);
  const told = await world.database.tenants.withTenant(world.orgId, (tx) => tx.runs.history(current.runId));
  expect(told.at(-1)?.what).toBe(`Made again from parse: build ${BUILD} was undone`);
  // It is under way: a repeat, as after a crash, begins it no second time.
  expect(await undo()).toEqual({ found: 0, begun: 0, refused: {} });
});

it('tells what cannot be made again, since the file that the build rejected is gone', async () => {
  world.execution = newId();
  const subject = await world.announce({ text: '# Rigel\n\nRejected for no reason.\n' });
  await world.run('readContent', subject);
  const end = { kind: 'rejected', code: 'document.unreadable', message: 'No.' } as const;
  await world.run('endIngest', { ...subject, end });
  world.execution = null;
  expect(await undo()).toEqual({ found: 1, begun: 0, refused: { 'run.not_rerunnable': 1 } });
});

it('waits for a place where the organisation has none', async () => {
  const subject = await indexed('Altair');
  // It has the last place, until it ends.
  const busy = await world.announce({ text: '# Mizar\n\nUnder way.\n' });
  await world.database.asAdmin(
    `update plans set concurrent_runs = (select concurrent_runs from org_usage where org_id = $1) where name = 'enterprise'`,
    [world.orgId],
  );
  const started: RunStart[] = [];
  const undoing = undo({}, started);
  await expect(Promise.race([undoing, asLongAsATry()])).resolves.toBe('still at it');
  await world.run('endIngest', { ...busy, end: { kind: 'cancelled' } });
  expect(await undoing).toMatchObject({ begun: 1 });
  expect(started.map(({ runId }) => runId)).toEqual([subject.runId]);
});

async function asLongAsATry(): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, 500));
  return 'still at it';
}
