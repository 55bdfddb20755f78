import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ended, ingest, markdown } from '../end-to-end/support/documents.ts';
import { devServer, EndToEnd } from '../end-to-end/support/environment.ts';
import { erase, tracesIn } from '../end-to-end/support/erasures.ts';
import { runIs, runOf } from '../end-to-end/support/runs.ts';
import { PLACES, reach } from './places.ts';

describe('a document that is deleted', () => {
  let on: EndToEnd;
  beforeAll(async () => {
    on = await EndToEnd.open(devServer);
  }, 120_000);
  afterAll(() => on.close(), 120_000);

  it.each(PLACES)(
    'while it is held up at $step has its receipt all the same, and nothing of it comes back later',
    async (place) => {
      const word = `Deinonychus${place.step}`;
      const reached = await reach(on, place, word);
      try {
        if (place.step === 'parse') await reached.letGo();
        await erase(on, reached.documentId);
      } finally {
        await reached.letGo();
      }
      expect(await runOf(on, reached.runId)).toMatchObject({
        state: 'cancelled',
        error: { code: 'document.deleted' },
      });
      // Whatever its activities still had in hand has come to its end when another document has gone through.
      await ingest(on, markdown(`another than ${place.step}`));
      expect(await tracesIn(on, word)).toEqual([]);
      expect(await on.docket.document(reached.documentId)).toMatchObject({ state: 'deleted' });
    },
    90_000,
  );

  it('after it was rejected, after it was cancelled, and when it is indexed, leaves nothing', async () => {
    const rejected = await on.docket.upload({
      fileName: 'Gallimimus.md',
      mediaType: 'text/markdown',
      bytes: Buffer.from(' \n'.repeat(400)),
      title: 'Gallimimus',
    });
    expect((await ended(on, rejected.documentId)).state).toBe('rejected');

    const cancelled = await on.docket.announce(markdown('Gallimimus two'));
    await on.docket.request('POST', `/v1/runs/${cancelled.runId}/cancel`);
    await runIs(on, cancelled.runId, 'cancelled');

    const indexed = await ingest(on, markdown('Gallimimus three'));
    for (const id of [rejected.documentId, cancelled.documentId, indexed.id]) await erase(on, id);
    expect(await tracesIn(on, 'Gallimimus')).toEqual([]);
  }, 90_000);
});
