import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ingest, markdown } from '../end-to-end/support/documents.ts';
import { devServer, EndToEnd } from '../end-to-end/support/environment.ts';
import { erase } from '../end-to-end/support/erasures.ts';
import { until } from '../support/until.ts';

/** A real server removes executions in the background, half a minute to several after it was asked to. */
describe('in Temporal', () => {
  let opened: EndToEnd;
  beforeAll(async () => {
    opened = await EndToEnd.open(devServer);
  }, 120_000);
  afterAll(() => opened.close(), 120_000);
  const on = (): EndToEnd => opened;

  it('an erased document leaves no execution in Temporal but its own erasure', async () => {
    const document = await ingest(on(), markdown('Nodosaurus'));
    const { body } = await on().docket.request<{ workflowId: string }>('GET', `/v1/runs/${document.runId}`);
    const receipt = await erase(on(), document.id);
    expect(receipt).toMatchObject({ removed: { executions: 1 }, kept: { executions: 0 } });
    const { workflow } = on().temporal;
    await until(
      'the ingest is gone',
      () =>
        workflow
          .getHandle(body.workflowId)
          .describe()
          .then(
            () => false,
            (error: unknown) => (error as Error).name === 'WorkflowNotFoundError',
          ),
      // Temporal removes an execution in the background, about half a minute after it was asked to.
      150_000,
    );
    const erasure = await workflow.getHandle(`document-erasure:${on().orgId}:${document.id}`).describe();
    expect(erasure).toMatchObject({
      status: { name: 'COMPLETED' },
      searchAttributes: {
        DocketKind: ['documentErasure'],
        DocketState: ['deleted'],
        DocketSubject: [document.id],
      },
    });
  }, 1150_000);
});
