import type { RunTable } from '@docket/db/tables/run';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { endOfCode } from '@docket/domain/document/ingest-endings-rules';
import type { ExecutionEnd } from '../reconciler/closed-execution.js';
import type { EndIngestInput } from './document-ingest.types.js';
import { endIngest } from './end-ingest.activity.js';

/** Ends an ingest whose execution closed without telling its rows: the same ends as the workflow's own. */
export async function settleIngest(tx: TenantTransaction, run: RunTable, end: ExecutionEnd): Promise<void> {
  const version = await tx.versions.findByRun(run.id);
  if (!version) {
    await tx.runs.end(run.id, { state: 'terminated', error: end });
    return;
  }
  await endIngest(tx, { runId: run.id, versionId: version.id, end: endOf(end) }, new Date());
}

function endOf({ status, code, message }: ExecutionEnd): EndIngestInput['end'] {
  if (status === 'terminated' || status === 'cancelled') return { kind: status };
  const kind = endOfCode(code);
  return kind === 'upload_expired' ? { kind } : { kind, code, message };
}
