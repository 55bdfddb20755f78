import type { DocumentErasureTable, ErasureTally } from '@docket/db/tables/erasure';
import { toTypeId } from '@docket/domain/ids/type-id';
import { Context } from '@temporalio/activity';
import type { DocumentErasureDependencies } from './document-erasure.dependencies.js';
import type { CompletedErasure, ErasureSubject } from './document-erasure.types.js';

/**
 * Ends the run with the receipt: what went where, when, and who asked; ids and counts, and nothing of the document. A
 * repeat finds the run ended and changes nothing.
 */
export class CompleteErasure {
  constructor(private readonly on: DocumentErasureDependencies) {}

  async run({ orgId, documentId, runId }: ErasureSubject): Promise<CompletedErasure> {
    return this.on.tenants.withTenant(orgId, async (tx) => {
      const { workflowExecution } = Context.current().info;
      // An execution that an operator reset to a later step says here for the first time that it is at work.
      if (workflowExecution) await tx.runs.join(runId, workflowExecution.runId, this.on.workerBuild);
      const erasure = await tx.erasures.get(documentId);
      const lookedAtAgainAt = await tx.objectDeletions.lastLookOf(runId);
      const completedAt = this.on.now();
      const ended = await tx.runs.end(runId, {
        state: 'succeeded',
        result: receiptOf(erasure, completedAt, lookedAtAgainAt),
      });
      if (ended) {
        await tx.runs.addEvents(runId, [
          {
            at: completedAt,
            step: 'receipt',
            what: 'Nothing of the document is left; the result of this run is the receipt',
            outcome: 'succeeded',
          },
        ]);
      }
      const { contents, contentsKept, objects } = { ...NOTHING, ...erasure.tally };
      return { contents, contentsKept, objects };
    });
  }
}

/** Counts that no step had a reason to write are zero. */
const NOTHING: Required<ErasureTally> = {
  versions: 0,
  uploads: 0,
  contents: 0,
  contentsKept: 0,
  chunks: 0,
  vectors: 0,
  lexicalRows: 0,
  replies: 0,
  citations: 0,
  modelOutputs: 0,
  objects: 0,
  objectBytes: 0,
  executions: 0,
  executionsKept: 0,
};

/** The receipt as the API shows it: its fields may be added to and keep their names. */
function receiptOf(erasure: DocumentErasureTable, completedAt: Date, lookedAtAgainAt: Date | null) {
  const { contentsKept, executionsKept, executions, ...removed } = { ...NOTHING, ...erasure.tally };
  return {
    documentId: toTypeId('document', erasure.documentId),
    requestedBy: erasure.requestedBy,
    requestedAt: erasure.requestedAt.toISOString(),
    completedAt: completedAt.toISOString(),
    removed: { ...removed, executions: executions - executionsKept },
    kept: { contents: contentsKept, executions: executionsKept },
    lookedAtAgainAt: lookedAtAgainAt?.toISOString() ?? null,
  };
}
