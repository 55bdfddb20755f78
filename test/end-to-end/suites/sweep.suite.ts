import { describe, expect, it } from '@jest/globals';
import { parseTypeId } from '@docket/domain/ids/type-id';
import { runStartOptions } from '@docket/workflows/run/contract';
import { SWEEP } from '@docket/workflows/sweep/contract';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { DocketClient } from '../../../tools/client/docket-client.ts';
import { ended, ingest, markdown } from '../support/documents.ts';
import type { EndToEnd } from '../support/environment.ts';

/** An address where nobody listens: what a crash between row and start looks like to everybody else. */
const NOBODY = '127.0.0.1:9';

export function runSweepSuite(on: () => EndToEnd): void {
  describe('a run whose starter died between the row and the start', () => {
    it('is accepted all the same, and started by the sweep', async () => {
      const cutOff = await on().stack.startApi({ TEMPORAL_ADDRESS: NOBODY }, '/health');
      const docket = new DocketClient(cutOff.url, on().apiKey);
      const { documentId } = await docket.upload(markdown('castaways'));
      await cutOff.stop();
      // Of a PUT to a store nobody is told.
      const known = on().stack.storage.kind === 's3' ? 'awaiting_upload' : 'uploaded';
      expect((await on().docket.document(documentId)).state).toBe(known);
      await backdate(on(), documentId);
      await on().temporal.workflow.execute(SWEEP, {
        workflowId: `${SWEEP}-test`,
        taskQueue: 'main',
        args: [],
      });
      expect(await ended(on(), documentId)).toMatchObject({ state: 'indexed', attempts: 1 });
    }, 120_000);
  });

  it('a run that has ended is not begun again by a starter that comes late', async () => {
    const document = await ingest(on(), markdown('echoes'));
    const [row] = await on().stack.database.asAdmin<{ org_id: string; run_id: string }>(
      'select org_id, run_id from document_versions where document_id = $1',
      [parseTypeId('document', document.id)],
    );
    if (!row) throw new Error('the version is not there');
    // What the starter read before the run ended.
    await on().stack.database.asAdmin(`update runs set state = 'queued' where id = $1`, [row.run_id]);
    const start = await on().stack.database.tenants.withTenant(row.org_id, (tx) =>
      tx.runs.findStart(row.run_id),
    );
    await on().stack.database.asAdmin(`update runs set state = 'succeeded' where id = $1`, [row.run_id]);
    if (!start) throw new Error('the run could not be read');
    const late = on().temporal.workflow.start(start.kind, runStartOptions(start));
    await expect(late).rejects.toBeInstanceOf(WorkflowExecutionAlreadyStartedError);
  });
}

/** As if the run had been left behind an hour ago: the sweep passes over what is young. */
async function backdate(on: EndToEnd, documentId: string): Promise<void> {
  await on.stack.database.asAdmin(
    `update runs set queued_at = now() - interval '1 hour' where subject_id = $1`,
    [parseTypeId('document', documentId)],
  );
}
