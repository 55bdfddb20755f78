import { parseTypeId } from '@docket/domain/ids/type-id';
import { runHasEnded } from '@docket/domain/run/state-rules';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ended } from '../end-to-end/support/documents.ts';
import { devServer, EndToEnd } from '../end-to-end/support/environment.ts';
import { isOver, resetToTheStart } from '../end-to-end/support/operator-reset.ts';
import { runIs, runOf } from '../end-to-end/support/runs.ts';
import { until } from '../support/until.ts';
import { PLACES, reach } from './places.ts';

/** Longest from an operator's act to rows that agree. */
const AGREE_WITHIN_MS = 5_000;

const CLOSED = { terminate: 'terminated', cancel: 'cancelled' } as const;

/** What operators do in the Temporal Web UI, by the same calls, wherever a document is. */
describe('rows agree within five seconds with what an operator did in Temporal to a run at', () => {
  let on: EndToEnd;
  beforeAll(async () => {
    on = await EndToEnd.open(devServer);
  }, 120_000);
  afterAll(() => on.close(), 120_000);

  describe.each(PLACES)('$step', (place) => {
    it.each(['terminate', 'cancel'] as const)(
      '%s: it can be retried, and is searchable then',
      async (act) => {
        const reached = await reach(on, place, `${act} at ${place.step}`);
        const handle = on.temporal.workflow.getHandle((await runOf(on, reached.runId)).workflowId);
        await (act === 'terminate' ? handle.terminate('by an operator') : handle.cancel());
        const run = await runIs(on, reached.runId, CLOSED[act], AGREE_WITHIN_MS);
        expect(run.error?.code).toBe(`run.${CLOSED[act]}`);
        await until(
          'its execution is known to be over',
          async () => (await runOf(on, reached.runId)).executions.every(({ endedAt }) => endedAt !== null),
          AGREE_WITHIN_MS,
        );
        expect(await on.docket.document(reached.documentId)).toMatchObject({
          state: 'index_error',
          error: { code: `run.${CLOSED[act]}`, retryable: true },
        });

        await reached.letGo();
        await on.docket.request('POST', `/v1/documents/${reached.documentId}/retry`);
        await reached.bring();
        expect((await ended(on, reached.documentId)).state).toBe('indexed');
        expect(await isComplete(on, reached.documentId)).toBe(true);
      },
      90_000,
    );

    it('reset: it goes on with another execution, and is searchable then', async () => {
      const reached = await reach(on, place, `reset at ${place.step}`);
      const before = await resetToTheStart(on, reached.runId);
      await until(
        'both executions are known, and the first is over',
        async () => {
          const { state, executions } = await runOf(on, reached.runId);
          return !runHasEnded(state) && executions.length === 2 && isOver(executions, before);
        },
        AGREE_WITHIN_MS,
      );
      await reached.letGo();
      await reached.bring();
      expect((await ended(on, reached.documentId)).state).toBe('indexed');
      expect((await runOf(on, reached.runId)).state).toBe('succeeded');
      expect(await isComplete(on, reached.documentId)).toBe(true);
    }, 90_000);
  });
});

/** Whether a document has passages, and each of them lexical weights and a vector. */
async function isComplete(on: EndToEnd, documentId: string): Promise<boolean> {
  const [counted] = await on.stack.database.asAdmin<{ passages: number; weights: number; vectors: number }>(
    `select count(*)::integer as passages, count(l.chunk_id)::integer as weights, count(e.chunk_id)::integer as vectors
       from documents d
       join chunks p on p.org_id = d.org_id and p.content_id = d.current_content_id
       left join chunk_lexical l on l.org_id = p.org_id and l.chunk_id = p.id
       left join chunk_embeddings e on e.org_id = p.org_id and e.chunk_id = p.id
      where d.id = $1`,
    [parseTypeId('document', documentId)],
  );
  if (!counted || counted.passages === 0) return false;
  return counted.weights === counted.passages && counted.vectors === counted.passages;
}
