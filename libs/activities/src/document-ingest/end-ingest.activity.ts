import type { DocumentVersionTable } from '@docket/db/tables/document';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { isFaultOfContent } from '@docket/domain/document/ingest-endings-rules';
import type { VersionState } from '@docket/domain/document/state-rules';
import type { RunState } from '@docket/domain/run/state-rules';
import type { DocumentIngestDependencies } from './document-ingest.dependencies.js';
import type { EndIngestInput } from './document-ingest.types.js';
import { joinRun } from './join-run.js';

/** What an ending means for version, content and run. */
interface Verdict {
  versionState: Extract<VersionState, 'upload_expired' | 'rejected' | 'index_error'>;
  runState: Extract<RunState, 'failed' | 'cancelled' | 'terminated'>;
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
    await this.on.tenants.withTenant(input.orgId, async (tx) => {
      // It has ended: by an erasure, or by this very execution before its worker died. What a person began since then
      // is not ended by a repeat.
      if (!(await joinRun(this.on, tx, input))) return;
      await endIngest(tx, input, this.on.now());
    });
  }
}

/**
 * What every bad end of an ingest writes, whoever notices it. A version that a rerun took up goes back to `indexed` when
 * what makes it searchable is untouched: only its run failed.
 */
export async function endIngest(
  tx: TenantTransaction,
  { runId, versionId, end }: Pick<EndIngestInput, 'runId' | 'versionId' | 'end'>,
  at: Date,
): Promise<void> {
  const verdict = verdictOf(end);
  const error = { code: verdict.code, message: verdict.message };
  const version = await tx.versions.find(versionId);
  // A version that ended before its content was claimed has no step of its own yet; the run knows.
  const step = version?.step ?? (await tx.runs.find(runId))?.step ?? 'receive';
  if (version) {
    const isSearchable = await letGo(tx, runId, version, verdict);
    if (isSearchable) await tx.versions.restore(versionId);
    else await tx.versions.move(versionId, { state: verdict.versionState, step, error });
  }
  if (!(await tx.runs.end(runId, { state: verdict.runState, error }))) return;
  await tx.runs.addEvents(runId, [
    { at, step, what: verdict.message, outcome: 'failed', detail: { code: verdict.code } },
  ]);
}

/**
 * Lets go of the version's content, and tells whether the version is as searchable as it was before a rerun. After a
 * release that parses otherwise a rerun makes another content, and the document still points at the one before.
 */
async function letGo(
  tx: TenantTransaction,
  runId: string,
  { id, contentId, indexedAt }: DocumentVersionTable,
  verdict: Verdict,
): Promise<boolean> {
  if (contentId === null) return false;
  if (!(await tx.contents.restore(contentId, runId))) {
    if (verdict.contentIsAtFault) await tx.contents.markRejected(contentId, runId, verdict);
    else await tx.contents.release(contentId, runId);
  }
  if (indexedAt === null) return false;
  if ((await tx.contents.find(contentId))?.state === 'indexed') return true;
  return tx.versions.pointBack(id);
}

function verdictOf(end: EndIngestInput['end']): Verdict {
  switch (end.kind) {
    case 'upload_expired':
      return {
        versionState: 'upload_expired',
        runState: 'failed',
        code: 'upload.expired',
        message: 'Nothing was uploaded before the address expired. Ask for a new upload.',
        contentIsAtFault: false,
      };
    case 'rejected':
      return {
        versionState: 'rejected',
        runState: 'failed',
        code: end.code,
        message: end.message,
        contentIsAtFault: isFaultOfContent(end.code),
      };
    case 'index_error':
      return {
        versionState: 'index_error',
        runState: 'failed',
        code: end.code,
        message: end.message,
        contentIsAtFault: false,
      };
    case 'cancelled':
      return {
        versionState: 'index_error',
        runState: 'cancelled',
        code: 'run.cancelled',
        message: 'The run was cancelled. Retry the document to take it up again.',
        contentIsAtFault: false,
      };
    case 'terminated':
      return {
        versionState: 'index_error',
        runState: 'terminated',
        code: 'run.terminated',
        message: 'The run was terminated in Temporal. Retry the document to take it up again.',
        contentIsAtFault: false,
      };
  }
}
