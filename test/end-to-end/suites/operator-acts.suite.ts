import { describe, expect, it } from '@jest/globals';
import { until } from '../../support/until.ts';
import { ended, markdown } from '../support/documents.ts';
import type { EndToEnd } from '../support/environment.ts';
import { isOver, resetToTheStart } from '../support/operator-reset.ts';
import { runIs, runOf } from '../support/runs.ts';

/** Longest from an operator's act to rows that agree. */
const AGREE_WITHIN_MS = 5_000;

/** What operators do in the Temporal Web UI, by the same calls. */
export function runOperatorActsSuite(on: () => EndToEnd): void {
  const handleOf = async (runId: string | null) =>
    on().temporal.workflow.getHandle((await runOf(on(), runId)).workflowId);

  describe('rows agree within five seconds with what an operator did in Temporal', () => {
    it('terminate while it waits for its upload; a retry takes the same upload', async () => {
      const file = markdown('bollards');
      const { documentId, runId, upload } = await on().docket.announce(file);
      await (await handleOf(runId)).terminate('by an operator');
      await runIs(on(), runId, 'terminated', AGREE_WITHIN_MS);
      expect(await on().docket.document(documentId)).toMatchObject({
        state: 'index_error',
        error: { code: 'run.terminated', retryable: true },
      });
      await on().docket.request('POST', `/v1/documents/${documentId}/retry`);
      if (!upload) throw new Error('there is no address to upload to');
      await on().docket.put(upload, file.bytes);
      expect((await ended(on(), documentId)).state).toBe('indexed');
    });

    it('terminate while it reads', async () => {
      const mend = on().stack.storage.breakContents();
      try {
        const { documentId, runId } = await on().docket.upload(markdown('fenders'));
        await until('an attempt has failed', async () =>
          (await on().docket.history(documentId)).some(({ outcome }) => outcome === 'retrying'),
        );
        await (await handleOf(runId)).terminate('by an operator');
        const run = await runIs(on(), runId, 'terminated', AGREE_WITHIN_MS);
        for (const { endedAt } of run.executions) expect(endedAt).not.toBeNull();
      } finally {
        mend();
      }
    });

    it('reset while it waits for its upload: the run goes on with another execution', async () => {
      const file = markdown('cables');
      const { documentId, runId, upload } = await on().docket.announce(file);
      const before = await resetToTheStart(on(), runId);
      await until(
        'both executions are known, and the first is over',
        async () => {
          const { state, executions } = await runOf(on(), runId);
          return (
            ['queued', 'running'].includes(state) && executions.length === 2 && isOver(executions, before)
          );
        },
        AGREE_WITHIN_MS,
      );
      if (!upload) throw new Error('there is no address to upload to');
      await on().docket.put(upload, file.bytes);
      expect((await ended(on(), documentId)).state).toBe('indexed');
    });
  });
}
