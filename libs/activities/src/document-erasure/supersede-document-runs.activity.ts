import { Context } from '@temporalio/activity';
import type { DocumentErasureDependencies } from './document-erasure.dependencies.js';
import type { ErasureSubject } from './document-erasure.types.js';

const SUPERSEDED = {
  code: 'document.deleted',
  message: 'The document was deleted while the run was under way.',
};

/**
 * Ends every version of the document and every other run about it, in one transaction: whoever still works on one of
 * them finds it ended. A repeat ends nothing more.
 */
export class SupersedeDocumentRuns {
  constructor(private readonly on: DocumentErasureDependencies) {}

  async run({ orgId, documentId, runId }: ErasureSubject): Promise<void> {
    const { workflowExecution } = Context.current().info;
    await this.on.tenants.withTenant(orgId, async (tx) => {
      const superseded = await tx.erasures.supersede(documentId, runId, SUPERSEDED);
      if (workflowExecution) await tx.runs.join(runId, workflowExecution.runId, this.on.workerBuild);
      await tx.runs.progress(runId, 'running', 'supersede');
      await tx.runs.addEvents(runId, [
        {
          at: this.on.now(),
          step: 'supersede',
          what:
            superseded === 0 ? 'No run of the document was under way' : `Superseded ${superseded} open runs`,
          outcome: 'succeeded',
        },
      ]);
    });
  }
}
