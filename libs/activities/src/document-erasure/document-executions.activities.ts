import { Context } from '@temporalio/activity';
import { ERASURE_BATCH, type DocumentErasureDependencies } from './document-erasure.dependencies.js';
import type { ErasureSubject } from './document-erasure.types.js';
import { noteStep, withRetryNoted } from './erasure-history.js';

const REASON = 'the document was deleted';

/** A run about the document, and the workflow that Temporal knows it by. */
interface DocumentRun {
  id: string;
  workflowId: string;
}

/**
 * Terminates what still runs for the document. The rows have ended already, so nothing has to be told them; an activity
 * under way learns it with its next heartbeat. A repeat finds nothing open.
 */
export class EndDocumentExecutions {
  constructor(private readonly on: DocumentErasureDependencies) {}

  async run(subject: ErasureSubject): Promise<void> {
    await withRetryNoted(this.on, subject, 'supersede', async () => {
      for await (const { workflowId } of runsOf(this.on, subject)) {
        await this.on.executions.terminate(workflowId, REASON);
      }
    });
  }
}

/**
 * Removes the closed executions of the document's other runs from Temporal. What is found is counted before any of it is
 * removed, so that a repeat, which finds less, counts the same. A server that cannot remove them keeps them until its
 * retention ends, and the receipt says how many.
 */
export class DeleteDocumentExecutions {
  constructor(private readonly on: DocumentErasureDependencies) {}

  async run(subject: ErasureSubject): Promise<void> {
    await withRetryNoted(this.on, subject, 'executions', async () => {
      const found = await this.find(subject);
      const { tally } = await this.count(subject, found.length);
      let kept = 0;
      for (const { workflowId, temporalRunId } of found) {
        Context.current().heartbeat();
        if (!(await this.on.executions.delete(workflowId, temporalRunId))) kept += 1;
      }
      const all = tally.executions ?? found.length;
      if (kept > 0) await this.keep(subject, kept);
      const what =
        kept > 0
          ? `${kept} closed executions stay in Temporal until its retention ends: this server cannot remove them`
          : `Removed ${all} closed executions from Temporal`;
      await noteStep(this.on, subject, 'executions', what);
    });
  }

  /** Those that worked on a run left a row; one that ended before any activity ran is known to Temporal alone. */
  private async find(subject: ErasureSubject): Promise<{ workflowId: string; temporalRunId: string }[]> {
    const found: { workflowId: string; temporalRunId: string }[] = [];
    for await (const { id, workflowId } of runsOf(this.on, subject)) {
      const recorded = await this.on.tenants.withTenant(subject.orgId, (tx) => tx.runs.executionsOf([id]));
      const kept = await this.on.executions.list(workflowId);
      const ids = new Set([...recorded.map(({ temporalRunId }) => temporalRunId), ...kept]);
      for (const temporalRunId of ids) found.push({ workflowId, temporalRunId });
    }
    return found;
  }

  private async count(subject: ErasureSubject, executions: number) {
    return this.on.tenants.withTenant(subject.orgId, async (tx) => {
      await tx.erasures.atLeast(subject.documentId, { executions });
      return tx.erasures.get(subject.documentId);
    });
  }

  private async keep(subject: ErasureSubject, executionsKept: number): Promise<void> {
    await this.on.tenants.withTenant(subject.orgId, (tx) =>
      tx.erasures.atLeast(subject.documentId, { executionsKept }),
    );
  }
}

/** Every run about the document but the erasure's own, page by page, with a heartbeat for each. */
async function* runsOf(
  on: DocumentErasureDependencies,
  { orgId, documentId, runId }: ErasureSubject,
): AsyncGenerator<DocumentRun> {
  let last: string | null = null;
  for (;;) {
    const after: string | null = last;
    const page: DocumentRun[] = await on.tenants.withTenant(orgId, (tx) =>
      tx.erasures.runsAfter(documentId, runId, after, ERASURE_BATCH),
    );
    for (const run of page) {
      Context.current().heartbeat();
      yield run;
      last = run.id;
    }
    if (page.length < ERASURE_BATCH) return;
  }
}
