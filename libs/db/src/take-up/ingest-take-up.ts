import type { IngestStep, VersionState } from '@docket/domain/document/state-rules';
import { PIPELINE_VERSION } from '@docket/domain/document/limits';
import { DocketError, type ErrorCode } from '@docket/domain/errors';
import { runHasEnded, type RunState } from '@docket/domain/run/state-rules';
import type { TenantDatabase } from '../connection/tenant-database.js';
import type { TenantTransaction } from '../connection/tenant-transaction.js';
import type { RunStart } from '../runs/run.repository.js';
import type { DocumentTable, DocumentVersionTable, UploadTable } from '../tables/document.table.js';
import { noteTakeUp, runNotFound, type Alongside, type TakeUp, type TakenUpRun } from './take-up.js';

/** How an ended ingest is to be taken up again, and the code of a refusal, where it is not that of runs. */
export type IngestTakeUp = TakeUp<IngestStep> & { refusal?: Extract<ErrorCode, 'document.not_retryable'> };

/** What run and version are once they go on. */
export interface TakenUpIngest extends TakenUpRun {
  documentId: string;
  version: number;
  versionState: VersionState;
}

interface Ingest {
  document: DocumentTable;
  version: DocumentVersionTable;
  upload: UploadTable | null;
}

/** Why a version in this state cannot be taken up, and what to do instead. */
const REFUSALS: Partial<Record<VersionState, string>> = {
  rejected: 'The file or its upload was refused, and would be again. Upload a corrected one.',
  upload_expired: 'Nothing was uploaded in time. Ask for a new upload with POST /v1/uploads.',
};

/** What a rerun of a step makes stale: passages are cut where the text is parsed, so both are made again together. */
const STALE_FROM = {
  receive: 'parse',
  verify: 'parse',
  parse: 'parse',
  chunk: 'parse',
  embed: 'embed',
  index: null,
} as const satisfies Record<IngestStep, 'parse' | 'embed' | null>;

/** Seconds in which the run that makes a content again is to begin before others may. As long as a lease of its own. */
const RERUN_LEASE_SECONDS = 120;

/** The storage, as far as taking up asks it. */
export interface StoredObjects {
  head(key: string): Promise<object | null>;
}

/** Takes ended ingests up again. */
export class IngestTakeUps {
  constructor(
    private readonly tenants: TenantDatabase,
    private readonly storage: StoredObjects,
  ) {}

  /**
   * Makes one new execution of an ended run possible, which skips what is stored and still valid. A run that is open already
   * does what is asked for, and is left alone: of many calls at once, one is handed the start. Whoever gets it starts the
   * run once this has returned; the sweep starts what a crash leaves between.
   *
   * @throws DocketError the refusal's code, `run.not_found` or `document.deleted`
   */
  async takeUp(
    orgId: string,
    runId: string,
    request: IngestTakeUp,
    alongside: Alongside<TakenUpIngest>,
  ): Promise<TakenUpIngest> {
    const upload = await this.tenants.withTenant(orgId, async (tx) => (await find(tx, runId)).upload);
    const stored = upload !== null && (upload.receivedAt !== null || (await this.isStored(upload)));
    return this.tenants.withTenant(orgId, async (tx) => {
      const run = await tx.runs.lock(runId);
      if (!run) throw runNotFound();
      const ingest = await find(tx, runId);
      const start = runHasEnded(run.state) ? await requeue(tx, runId, ingest, request, stored) : null;
      const taken = { ...(await stateOf(tx, ingest, start ? 'queued' : run.state)), start };
      await alongside(tx, taken);
      return taken;
    });
  }

  /** Bytes that nobody announced count too. */
  private async isStored(upload: UploadTable): Promise<boolean> {
    return (await this.storage.head(upload.stagingKey)) !== null;
  }
}

async function find(tx: TenantTransaction, runId: string): Promise<Ingest> {
  const version = await tx.versions.findByRun(runId);
  const document = version && (await tx.documents.find(version.documentId));
  if (!version || !document) throw runNotFound();
  return { document, version, upload: await tx.uploads.findByVersion(version.id) };
}

async function stateOf(
  tx: TenantTransaction,
  { document, version }: Ingest,
  runState: RunState,
): Promise<Omit<TakenUpIngest, 'start'>> {
  const view = await tx.documents.view(document.id, version.version);
  if (!view) throw runNotFound();
  return { documentId: document.id, version: version.version, versionState: view.state, runState };
}

async function requeue(
  tx: TenantTransaction,
  runId: string,
  ingest: Ingest,
  request: IngestTakeUp,
  stored: boolean,
): Promise<RunStart | null> {
  const { version } = ingest;
  assertPossible(ingest, request);
  const uploaded = stored || version.contentId !== null;
  const uploadWindowMs = uploaded ? 0 : windowLeftMs(ingest, request);
  const step = request.kind === 'rerun' ? request.fromStep : version.step;
  if (!(await tx.versions.reopen(version.id, uploaded ? 'uploaded' : 'awaiting_upload', step)))
    throw refusal(request, 'It is in a state that nothing leads out of.');
  await makeStale(tx, runId, version, request);
  const start = await tx.runs.requeue(runId, step, { uploaded, uploadWindowMs }, request.by === 'policy');
  if (start) await noteTakeUp(tx, request, start, step ?? 'receive');
  return start;
}

async function makeStale(
  tx: TenantTransaction,
  runId: string,
  { contentId }: DocumentVersionTable,
  request: IngestTakeUp,
): Promise<void> {
  const from = request.kind === 'rerun' ? STALE_FROM[request.fromStep] : null;
  if (!from || !contentId) return;
  // Another release parses otherwise: its result is a content of its own, and this one stays as others use it.
  if ((await tx.contents.find(contentId))?.pipelineVersion !== PIPELINE_VERSION) return;
  await tx.contents.makeStale(contentId, runId, from, RERUN_LEASE_SECONDS);
}

function assertPossible({ document, version }: Ingest, request: IngestTakeUp): void {
  if (document.deletedAt || version.state === 'deleted')
    throw new DocketError('document.deleted', 'The document has been deleted. Upload it again.');
  const why = REFUSALS[version.state];
  if (why) throw refusal(request, why);
  if (request.kind === 'retry' && version.state === 'indexed')
    throw refusal(
      request,
      'It is searchable, and nothing failed. To make it again, use POST /v1/runs/{id}/rerun.',
    );
}

/** Milliseconds for which the upload's address is still good. */
function windowLeftMs({ upload }: Ingest, request: IngestTakeUp): number {
  const left = (upload?.expiresAt.getTime() ?? 0) - Date.now();
  if (left > 0) return left;
  throw refusal(
    request,
    'Nothing was uploaded, and the address has expired. Ask for a new upload with POST /v1/uploads.',
  );
}

function refusal(request: IngestTakeUp, why: string): DocketError {
  return request.kind === 'retry'
    ? new DocketError(request.refusal ?? 'run.not_retryable', why)
    : new DocketError('run.not_rerunnable', why);
}
