import { Context } from '@temporalio/activity';
import type { VersionState } from '@docket/domain/document/state-rules';
import type { DocumentIngestDependencies } from './document-ingest.dependencies.js';
import type { EndIngestInput } from './document-ingest.types.js';

/** What an ending means for version, content and run. */
interface Verdict {
  versionState: Extract<VersionState, 'upload_expired' | 'rejected' | 'index_error'>;
  code: string;
  message: string;
  /** True when the bytes themselves are at fault, so that every upload of them ends the same way. */
  contentIsAtFault: boolean;
}

/**
 * Writes how a run ended that did not end well: version, content, run and history in one transaction. A repeat changes
 * nothing, since every move is conditional on the row being open.
 */
export class EndIngest {
  constructor(private readonly on: DocumentIngestDependencies) {}

  async run(input: EndIngestInput): Promise<void> {
    const verdict = verdictOf(input.end);
    const error = { code: verdict.code, message: verdict.message };
    const { workflowExecution } = Context.current().info;
    await this.on.tenants.withTenant(input.orgId, async (tx) => {
      if (workflowExecution)
        await tx.runs.recordExecution(input.runId, workflowExecution.runId, this.on.workerBuild);
      const version = await tx.versions.find(input.versionId);
      if (!version) return;
      if (version.contentId) {
        if (verdict.contentIsAtFault) await tx.contents.markRejected(version.contentId, input.runId, error);
        else await tx.contents.release(version.contentId, input.runId);
      }
      // A version that ended before its content was claimed has no step of its own yet; the run knows.
      const step = version.step ?? (await tx.runs.find(input.runId))?.step ?? 'receive';
      await tx.versions.move(input.versionId, { state: verdict.versionState, step, error });
      const state = input.end.kind === 'cancelled' ? 'cancelled' : 'failed';
      if (!(await tx.runs.end(input.runId, { state, error }))) return;
      await tx.runs.addEvents(input.runId, [
        { at: this.on.now(), step, what: verdict.message, outcome: 'failed', detail: { code: verdict.code } },
      ]);
    });
  }
}

function verdictOf(end: EndIngestInput['end']): Verdict {
  switch (end.kind) {
    case 'upload_expired':
      return {
        versionState: 'upload_expired',
        code: 'upload.expired',
        message: 'Nothing was uploaded before the address expired. Ask for a new upload.',
        contentIsAtFault: false,
      };
    case 'rejected':
      return {
        versionState: 'rejected',
        code: end.code,
        message: end.message,
        contentIsAtFault: end.code.startsWith('document.') && end.code !== 'document.deleted',
      };
    case 'index_error':
      return { versionState: 'index_error', code: end.code, message: end.message, contentIsAtFault: false };
    case 'cancelled':
      return {
        versionState: 'index_error',
        code: 'run.cancelled',
        message: 'The run was cancelled. Retry the document to take it up again.',
        contentIsAtFault: false,
      };
  }
}
