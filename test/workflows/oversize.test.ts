import { PAYLOAD_MAX_CHARACTERS } from '@docket/domain/run/payload-rules';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { IngestBench, type StartedIngest } from './support/ingest-bench.ts';

const MORE_THAN_HALF = 'x'.repeat(PAYLOAD_MAX_CHARACTERS / 2 + 1_000);

/** What a server would refuse is sent again for ever. So it is refused before, and the run ends with a code. */
describe('a message that is too large to be sent', () => {
  let bench: IngestBench;
  beforeAll(async () => {
    bench = await IngestBench.open();
  }, 60_000);
  afterAll(() => bench.close(), 60_000);

  it('is not started with', async () => {
    const { input } = await bench.start();
    const start = bench.startAgain({ ...input, version: 2, subject: MORE_THAN_HALF.repeat(2) });
    await expect(start).rejects.toMatchObject({ code: 'run.payload_too_large' });
  });

  it('ends the run that an activity would answer it to', async () => {
    const run = await bench.start({
      uploaded: true,
      script: {
        readContent: () => ({ outcome: 'reused', contentId: MORE_THAN_HALF.repeat(2) }),
      },
    });
    expect(await failureOf(run)).toMatchObject({ type: 'run.payload_too_large', nonRetryable: true });
    expect(run.calls.filter(({ name }) => name === 'readContent')).toHaveLength(1);
  });

  it('ends the run that would give it to an activity, whose row is told all the same', async () => {
    const { input } = await bench.start();
    // Each half may be sent, and indexing would be given both.
    const run = await bench.start({
      input: { ...input, documentId: MORE_THAN_HALF, version: 3, uploaded: true },
      script: { readContent: () => ({ outcome: 'reused', contentId: MORE_THAN_HALF }) },
    });
    expect(await failureOf(run)).toMatchObject({ type: 'run.payload_too_large', nonRetryable: true });
    expect(run.calls.map(({ name }) => name)).toEqual(['readContent', 'endIngest']);
    expect(run.calls.at(-1)?.input).toMatchObject({
      end: { kind: 'index_error', code: 'run.payload_too_large' },
    });
  });
});

async function failureOf(run: StartedIngest): Promise<ApplicationFailure> {
  const error: unknown = await run.handle.result().catch((thrown: unknown) => thrown);
  if (error instanceof WorkflowFailedError && error.cause instanceof ApplicationFailure) return error.cause;
  throw new Error('the run did not fail as expected', { cause: error });
}
