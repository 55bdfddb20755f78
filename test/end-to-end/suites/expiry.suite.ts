import { describe, expect, it } from '@jest/globals';
import type { UploadAnswer } from '../../../tools/client/docket-client.ts';
import { until } from '../../support/until.ts';
import { markdown } from '../support/documents.ts';
import type { EndToEnd } from '../support/environment.ts';
import { expectProblem } from '../support/problems.ts';
import { put } from '../support/put.ts';

/** The address is good for this long where nothing else is said. */
const WINDOW_MS = 900_000;
/** What the workflow adds for an upload that began in time. */
const GRACE_MS = 60_000;

export function runExpirySuite(on: () => EndToEnd): void {
  // Only where a quarter of an hour can pass in a second.
  describe('an upload that never comes', () => {
    const file = markdown('absences');
    let announced: UploadAnswer;

    it('is waited for as long as its address is good, and a minute more', async () => {
      announced = await on().docket.announce(file);
      await on().server.letPass(WINDOW_MS + GRACE_MS / 2);
      expect(await on().docket.document(announced.documentId)).toMatchObject({ state: 'awaiting_upload' });
      await on().server.letPass(GRACE_MS);
      await until('it has expired', async () => {
        return (await on().docket.document(announced.documentId)).state === 'upload_expired';
      });
      expect(await on().docket.document(announced.documentId)).toMatchObject({
        error: { code: 'upload.expired', retryable: false },
      });
      const run = await on().docket.request('GET', `/v1/runs/${announced.runId}`);
      expect(run.body).toMatchObject({ state: 'failed', error: { code: 'upload.expired' } });
    });

    it('is refused afterwards by what the row says, though the address itself is still good', async () => {
      const { upload } = announced;
      if (!upload) throw new Error('there is nothing to upload');
      expect(Date.parse(upload.expiresAt)).toBeGreaterThan(Date.now());
      const answer = await put(upload, file.bytes);
      // A store knows no rows: it takes the bytes, and nobody reads them.
      if (on().stack.storage.kind === 's3') expect(answer.status).toBe(200);
      else expectProblem(answer, 410, 'upload.expired');
      await expect(
        on().docket.request('POST', `/v1/documents/${announced.documentId}/uploaded`, {}),
      ).rejects.toMatchObject({ status: 410, code: 'upload.expired' });
    });

    it('is taken when it is announced anew', async () => {
      const again = await on().docket.announce(file);
      expect(again.documentId).not.toBe(announced.documentId);
      expect(again.upload).not.toBeNull();
    });
  });
}
