import type { DocumentVersionTable } from '@docket/db/tables/document';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { DocketError } from '@docket/domain/errors';
import { Context } from '@temporalio/activity';
import type { DocumentIngestDependencies } from './document-ingest.dependencies.js';
import type { IngestSubject } from './document-ingest.types.js';

type Joining = Pick<DocumentIngestDependencies, 'workerBuild' | 'now'>;

/**
 * The first words of an activity: this execution works on the run. An operator who resets a closed execution makes a new
 * one, with which the run and its version go on. Returns the version as it is then; null when the run has ended with this
 * very execution, as a repeat of its last step finds it, or when the document was deleted: no execution brings that back.
 */
export async function joinRun(
  on: Joining,
  tx: TenantTransaction,
  subject: IngestSubject,
): Promise<DocumentVersionTable | null> {
  const version = await tx.versions.find(subject.versionId);
  if (!version || version.state === 'deleted') return null;
  const { workflowExecution } = Context.current().info;
  if (!workflowExecution) return version;
  const joined = await tx.runs.join(subject.runId, workflowExecution.runId, on.workerBuild);
  if (joined === 'reopened') return reopenVersion(on, tx, subject, version);
  return joined === 'over' ? null : version;
}

/**
 * As {@link joinRun}, for a step that is never the last: a repeat that finds the run over is late.
 *
 * @throws DocketError `document.deleted` or `run.terminated`
 */
export async function joinOpenRun(
  on: Joining,
  tx: TenantTransaction,
  subject: IngestSubject,
): Promise<DocumentVersionTable> {
  const version = await joinRun(on, tx, subject);
  if (version) return version;
  const known = await tx.versions.find(subject.versionId);
  if (!known || known.state === 'deleted')
    throw new DocketError('document.deleted', 'The document was deleted meanwhile.');
  throw new DocketError('run.terminated', 'The run has ended with this execution.');
}

async function reopenVersion(
  on: Joining,
  tx: TenantTransaction,
  subject: IngestSubject,
  version: DocumentVersionTable,
): Promise<DocumentVersionTable | null> {
  const upload = await tx.uploads.findByVersion(subject.versionId);
  const hasBytes = Boolean(version.contentId ?? upload?.receivedAt);
  const step = version.step ?? 'receive';
  await tx.versions.reopen(subject.versionId, hasBytes ? 'uploaded' : 'awaiting_upload', step);
  const what = 'The run goes on: its workflow was reset in Temporal';
  await tx.runs.addEvents(subject.runId, [{ at: on.now(), step, what, outcome: 'started' }]);
  return tx.versions.find(subject.versionId);
}
