import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { IngestWorld } from '../document-ingest/support/ingest-world.ts';
import { sweepOf } from './support/sweep-of.ts';

let world: IngestWorld;
beforeAll(async () => {
  world = await IngestWorld.open();
}, 60_000);
afterAll(() => world.close(), 60_000);

it('a run that cannot be started does not keep the others from being started', async () => {
  const [stuck, other] = [
    await world.announce({ text: '# a\n\nOne.\n' }),
    await world.announce({ text: '# b\n\nAnother.\n' }),
  ];
  await world.database.asAdmin(
    `update runs set queued_at = now() - case when id = $1 then interval '2 hours' else interval '1 hour' end`,
    [stuck.runId],
  );
  const started: string[] = [];
  const { startUnstartedRuns } = sweepOf(world.database, {
    startRun: async ({ runId }) => {
      if (runId === stuck.runId) throw new Error('the execution before it does not close');
      started.push(runId);
    },
  });
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  expect(await environment.run(startUnstartedRuns)).toEqual({ started: 2 });
  expect(started).toEqual([other.runId]);
});
