import { expect, it } from '@jest/globals';
import { until } from '../../support/until.ts';
import { ingest, markdown } from '../support/documents.ts';
import type { EndToEnd } from '../support/environment.ts';
import { erase } from '../support/erasures.ts';

/** The test server keeps every execution; a real one removes those of an erased document. */
export function runExecutionRemovalSuite(on: () => EndToEnd): void {
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
      80_000,
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
  });
}
