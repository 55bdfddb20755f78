import { DocketError } from '@docket/domain/errors';
import type { DocumentIngestResult } from '@docket/workflows/document-ingest/contract';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { until } from '../../support/until.ts';
import type { IngestBench, StartedIngest, StartOptions } from './ingest-bench.ts';
import { CONTENT, NothingThere, untilCancelled, type ActivityName } from './scripted-activities.ts';

export type Ending =
  | { kind: 'completed'; result: DocumentIngestResult }
  | { kind: 'failed'; code: string; message: string }
  | { kind: 'cancelled' };

export interface Played extends StartedIngest {
  ending: Ending;
}

/** A request with a trace, as most starts have one. */
const REQUEST = {
  requestId: 'request-of-a-scenario',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
};

type Scenario = (bench: IngestBench) => Promise<Played>;

/** The ways an ingest can go: each is played by a test, and recorded once as a history that later builds must replay. */
export const scenarios = {
  'indexed-after-announcement': plays({ request: REQUEST }, async (run) => {
    await run.handle.signal('uploadCompleted', { schemaVersion: 1 });
  }),
  'indexed-after-found': plays({
    script: {
      findUploadedObject(_input, call) {
        if (call < 3) throw new NothingThere('nothing has been uploaded yet');
        return true;
      },
    },
  }),
  'indexed-after-last-look': plays({
    script: {
      findUploadedObject({ lastLook }) {
        if (!lastLook) throw new NothingThere('nothing has been uploaded yet');
        return true;
      },
    },
  }),
  'indexed-inline': plays({ uploaded: true, uploadWindowMs: 0 }),
  'indexed-after-transient-failures': plays({
    uploaded: true,
    script: {
      readContent(_input, call) {
        if (call < 4) throw new Error('the storage hiccuped');
        return { outcome: 'parsed', contentId: CONTENT, fencingToken: 4, chunkCount: 3, missingVectors: 0 };
      },
      indexContent(_input, call) {
        if (call < 3) throw new Error('the database hiccuped');
        return { outcome: 'indexed', chunkCount: 3 };
      },
    },
  }),
  'indexed-in-embedding-rounds': plays({
    uploaded: true,
    script: {
      readContent: () => ({
        outcome: 'parsed',
        contentId: CONTENT,
        fencingToken: 7,
        chunkCount: 2_500,
        missingVectors: 2_500,
      }),
      embedContentChunks: (_input, call) => ({ missingVectors: Math.max(0, 2_500 - call * 1_024) }),
      indexContent: () => ({ outcome: 'indexed', chunkCount: 2_500 }),
    },
  }),
  'indexed-after-superseded': plays({
    uploaded: true,
    script: {
      readContent: (_input, call) => ({
        outcome: 'parsed',
        contentId: CONTENT,
        fencingToken: call,
        chunkCount: 3,
        missingVectors: 0,
      }),
      indexContent: ({ fencingToken }) =>
        fencingToken === 1 ? { outcome: 'superseded' } : { outcome: 'indexed', chunkCount: 3 },
    },
  }),
  'indexed-by-reuse': plays({
    uploaded: true,
    script: { readContent: () => ({ outcome: 'reused', contentId: CONTENT }) },
  }),
  'upload-expired': plays({}),
  'upload-expired-after-false-announcement': plays(
    { script: { readContent: () => ({ outcome: 'not_received' }) } },
    async (run) => {
      await run.handle.signal('uploadCompleted', { schemaVersion: 1 });
    },
  ),
  'rejected-for-its-bytes': plays({
    uploaded: true,
    script: { readContent: refuse('document.encrypted', 'It has a password.') },
  }),
  'rejected-for-its-upload': plays({
    uploaded: true,
    script: { readContent: refuse('upload.checksum_mismatch', 'These are other bytes.') },
  }),
  'index-error': plays({
    uploaded: true,
    script: { readContent: refuse('storage.unavailable', 'The storage failed 20 times.') },
  }),
  'cancelled-while-waiting': plays({}, async (run) => {
    await until('the workflow waits', async () => (await run.progress()) === 'awaiting_upload');
    await run.handle.cancel();
  }),
  'cancelled-while-reading': plays(
    { uploaded: true, script: { readContent: untilCancelled } },
    async (run) => {
      await until('the file is being read', () => run.calls.length > 0);
      await run.handle.cancel();
    },
  ),
} satisfies Record<string, Scenario>;

/** Starts an ingest, does something to it, and waits for its end with the server's clock running. */
function plays(
  options: StartOptions,
  act: (run: StartedIngest) => Promise<void> = async () => undefined,
): Scenario {
  return async (bench) => {
    const run = await bench.start(options);
    await act(run);
    return { ...run, ending: await endingOf(run) };
  };
}

export async function endingOf(run: StartedIngest): Promise<Ending> {
  try {
    return { kind: 'completed', result: await run.handle.result() };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    if (error.cause instanceof CancelledFailure) return { kind: 'cancelled' };
    if (!(error.cause instanceof ApplicationFailure)) throw error;
    return { kind: 'failed', code: error.cause.type ?? '', message: error.cause.message };
  }
}

function refuse(code: ConstructorParameters<typeof DocketError>[0], message: string): () => never {
  return () => {
    throw new DocketError(code, message);
  };
}

/** The names of the activities that were called, in order. */
export function namesOf(run: StartedIngest): ActivityName[] {
  return run.calls.map(({ name }) => name);
}
