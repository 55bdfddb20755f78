import { expect, it } from '@jest/globals';
import { until } from '../../support/until.ts';
import { ended, ingest, markdown } from '../support/documents.ts';
import type { EndToEnd } from '../support/environment.ts';

export function runFaultsSuite(on: () => EndToEnd): void {
  it('a storage that fails for a moment is waited out, and the history says so', async () => {
    const mend = on().stack.storage.breakContents();
    try {
      const { documentId } = await on().docket.upload(markdown('storms'));
      await until('a failed attempt is in the history', async () => {
        await on().server.letPass(250);
        return (await on().docket.history(documentId)).some(({ outcome }) => outcome === 'retrying');
      });
      mend();
      expect(await ended(on(), documentId)).toMatchObject({ state: 'indexed', error: null });
      const steps = (await on().docket.history(documentId)).map(({ step, outcome }) => `${step} ${outcome}`);
      expect(steps).toContain('parse retrying');
      expect(steps.filter((line) => line === 'receive succeeded')).toHaveLength(1);
      expect(steps.at(-1)).toBe('index succeeded');
    } catch (error) {
      mend();
      throw error;
    }
  });
}

/** It replaces the worker, and what a stopped one was handed comes back by a time-out: a clock that stands still keeps it. */
export function runSpentFaultsSuite(on: () => EndToEnd): void {
  it('a storage that stays broken ends the document in index_error, which can be retried', async () => {
    const worker = await replaceWorker(on(), { STORAGE_FAILURES_MAX: '2' });
    const mend = on().stack.storage.breakContents();
    try {
      const document = await ingest(on(), markdown('shipwrecks'));
      expect(document).toMatchObject({
        state: 'index_error',
        error: { code: 'storage.unavailable', retryable: true },
      });
    } finally {
      mend();
      await worker.stop();
      on().worker = await on().stack.startWorker();
    }
  });
}

async function replaceWorker(on: EndToEnd, overrides: Record<string, string>) {
  await on.worker.stop();
  on.worker = await on.stack.startWorker(overrides);
  return on.worker;
}
