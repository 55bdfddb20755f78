import type { DocumentIngestActivities, IngestSubject } from '@docket/activities/document-ingest/types';
import { UPLOAD_GRACE_MS } from '@docket/domain/document/upload-window-rules';
import { QUEUES } from '@docket/domain/run/queues-rules';
import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  defineQuery,
  defineSignal,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  setWorkflowOptions,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { searchAttributes } from '../search-attributes.js';
import {
  PROGRESS,
  UPLOAD_COMPLETED,
  type DocumentIngestInput,
  type DocumentIngestProgress,
  type DocumentIngestResult,
  type UploadCompletedSignal,
} from './document-ingest.contract.js';
import { codeOf, endingOf } from './document-ingest.endings.js';

const uploadCompleted = defineSignal<[UploadCompletedSignal]>(UPLOAD_COMPLETED);
const progress = defineQuery<DocumentIngestProgress>(PROGRESS);

/** Attempts have no limit: a fault of the surroundings is waited out, and only a domain error ends the run. */
const RETRY = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' } as const;

const { findUploadedObject } = proxyActivities<DocumentIngestActivities>({
  taskQueue: QUEUES.main,
  // One look at the storage; a store that hangs longer is asked again.
  startToCloseTimeout: '10s',
  // "Not there yet" is a failed attempt that says when to look again: the server waits, and no history grows.
  retry: RETRY,
  cancellationType: ActivityCancellationType.TRY_CANCEL,
});

const { readContent } = proxyActivities<DocumentIngestActivities>({
  taskQueue: QUEUES.parse,
  // 50 MB through a slow store, and a parse of up to ten seconds behind others.
  startToCloseTimeout: '5m',
  // A killed worker is noticed within this time; the activity beats every second.
  heartbeatTimeout: '6s',
  retry: RETRY,
});

const { embedContentChunks } = proxyActivities<DocumentIngestActivities>({
  taskQueue: QUEUES.model,
  startToCloseTimeout: '5m',
  heartbeatTimeout: '10s',
  retry: RETRY,
});

const { indexContent, endIngest } = proxyLocalActivities<DocumentIngestActivities>({
  startToCloseTimeout: '5s',
  // A longer backoff would keep the workflow task open and its slot held.
  localRetryThreshold: '1s',
  retry: RETRY,
});

/** Before the storage is asked whether an upload that nobody announced is there: most are announced at once. */
const ANNOUNCEMENT_GRACE_MS = 2_000;

// It lasts minutes, so it ends on the build it began with, and a release needs no patch for what is under way.
setWorkflowOptions({ versioningBehavior: 'PINNED' }, documentIngest);
/**
 * Takes one version of a document from presigned upload to searchable, in one history. It ends well when the version
 * is searchable, and with a failure whose type is the error code when it is not; the row says the same. Every activity
 * may be repeated: what is stored is found and not made again.
 */
export async function documentIngest(input: DocumentIngestInput): Promise<DocumentIngestResult> {
  const subject: IngestSubject = {
    orgId: input.orgId,
    documentId: input.documentId,
    versionId: input.versionId,
    version: input.version,
    runId: input.runId,
  };
  const inbox = { announced: input.uploaded };
  let state: DocumentIngestProgress['state'] = input.uploaded ? 'processing' : 'awaiting_upload';
  setHandler(uploadCompleted, () => {
    inbox.announced = true;
  });
  setHandler(progress, () => ({ schemaVersion: 1, state }));

  try {
    const deadline = Date.now() + input.uploadWindowMs + UPLOAD_GRACE_MS;
    for (;;) {
      if (!(await waitForUpload(subject, input.subject, inbox, deadline))) throw uploadExpired();
      state = 'processing';
      const ingested = await ingest(subject, input.subject);
      if (ingested) {
        state = 'indexed';
        upsertSearchAttributes([{ key: searchAttributes.state, value: state }]);
        return { schemaVersion: 1, ...ingested };
      }
      // Announced, but not there: go on waiting for as long as the address was good.
      inbox.announced = false;
      state = 'awaiting_upload';
    }
  } catch (error) {
    const ending = endingOf(error, isCancellation(error));
    state = ending.kind;
    // The row is told even when the run was cancelled: the cancellation stops here.
    await CancellationScope.nonCancellable(() =>
      endIngest.executeWithOptions({ summary: `${input.subject}: ${ending.kind}` }, [
        { ...subject, end: ending },
      ]),
    );
    upsertSearchAttributes([
      { key: searchAttributes.state, value: ending.kind },
      { key: searchAttributes.error, value: codeOf(ending) },
    ]);
    throw error instanceof ActivityFailure && error.cause instanceof ApplicationFailure ? error.cause : error;
  }
}

/**
 * Resolves with true when the bytes are said or found to be stored, and with false when the time is up and a last look
 * finds nothing.
 */
async function waitForUpload(
  subject: IngestSubject,
  name: string,
  inbox: { announced: boolean },
  deadline: number,
): Promise<boolean> {
  if (inbox.announced || (await condition(() => inbox.announced, ANNOUNCEMENT_GRACE_MS))) return true;
  const polling = new CancellationScope();
  let found = false;
  // Its rejection is always handled: it is cancelled as soon as something else decides.
  const poll = polling
    .run(() =>
      findUploadedObject.executeWithOptions({ summary: `${name}: look for upload` }, [
        { ...subject, lastLook: false },
      ]),
    )
    .then(
      () => {
        found = true;
      },
      (error: unknown) => {
        if (!isCancellation(error)) throw error;
      },
    );
  const settled = condition(() => inbox.announced || found, Math.max(1, deadline - Date.now()));
  try {
    await Promise.race([settled, poll.then(() => settled)]);
  } finally {
    polling.cancel();
  }
  if (inbox.announced || found) return true;
  return findUploadedObject.executeWithOptions({ summary: `${name}: last look for upload` }, [
    { ...subject, lastLook: true },
  ]);
}

/** Read, embed, index. Null when there was nothing to read. */
async function ingest(
  subject: IngestSubject,
  name: string,
): Promise<Omit<DocumentIngestResult, 'schemaVersion'> | null> {
  for (;;) {
    const read = await readContent.executeWithOptions({ summary: `${name}: read` }, [subject]);
    if (read.outcome === 'not_received') return null;
    const reused = read.outcome === 'reused';
    const fencingToken = reused ? null : read.fencingToken;
    const { contentId } = read;
    let missing = reused ? 0 : read.missingVectors;
    while (missing > 0 && fencingToken !== null) {
      const embedded = await embedContentChunks.executeWithOptions({ summary: `${name}: embed` }, [
        { ...subject, contentId, fencingToken },
      ]);
      missing = embedded.missingVectors;
    }
    const indexed = await indexContent.executeWithOptions({ summary: `${name}: index` }, [
      { ...subject, contentId, fencingToken },
    ]);
    if (indexed.outcome === 'indexed') return { contentId, chunkCount: indexed.chunkCount, reused };
    // Another run took the content over while this one waited; reading again finds what it made of it.
  }
}

function uploadExpired(): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'upload.expired',
    message: 'nothing was uploaded before the address expired',
    nonRetryable: true,
  });
}
