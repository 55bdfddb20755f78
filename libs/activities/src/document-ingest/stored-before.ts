import type { ContentTable } from '@docket/db/tables/content';
import type { DocumentVersionTable } from '@docket/db/tables/document';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { PIPELINE_VERSION } from '@docket/domain/document/limits';
import type { RunEvent } from '@docket/db/runs';
import type { IngestSubject, ReadContentResult } from './document-ingest.types.js';
import { passages } from './ingest-history.js';

/**
 * What an attempt or an execution before this one stored, and what of it is still valid, need not be made again: the
 * passages of a content that nobody else is at work on, or a content that somebody finished meanwhile. Null when the
 * bytes are to be read.
 */
export async function storedBefore(
  tx: TenantTransaction,
  subject: IngestSubject,
  { contentId, state }: DocumentVersionTable,
  profiles: readonly { id: number }[],
  leaseSeconds: number,
): Promise<ReadContentResult | null> {
  if (contentId === null) return null;
  // An execution that was begun although the version is searchable has nothing left to do.
  if (state === 'indexed') return { outcome: 'reused', contentId };
  const content = await tx.contents.find(contentId);
  // Another release parses otherwise: its result is another content's.
  if (!content || content.pipelineVersion !== PIPELINE_VERSION) return null;
  if (content.state === 'indexed') return { outcome: 'reused', contentId };
  if (!hasPassages(content)) return null;
  const fencingToken = await tx.contents.resume(contentId, subject.runId, leaseSeconds);
  if (fencingToken === null) return null;
  if (content.staleFrom === 'embed') {
    for (const { id } of profiles) await tx.chunks.deleteVectors(contentId, id);
    await tx.contents.markFresh(contentId, fencingToken);
  }
  const missingVectors = await countMissing(tx, contentId, profiles);
  return { outcome: 'parsed', contentId, fencingToken, chunkCount: content.chunkCount, missingVectors };
}

async function countMissing(
  tx: TenantTransaction,
  contentId: string,
  profiles: readonly { id: number }[],
): Promise<number> {
  let missing = 0;
  for (const { id } of profiles) missing += await tx.chunks.countWithoutVector(contentId, id);
  return missing;
}

/** Passages that are as good as newly parsed ones. */
function hasPassages({ state, chunkCount, staleFrom }: ContentTable): boolean {
  return state === 'processing' && chunkCount > 0 && staleFrom !== 'parse';
}

/** Moves the version on to the first step that is still to be done, and says in the history what is skipped. */
export async function skipWhatIsStored(
  tx: TenantTransaction,
  subject: IngestSubject,
  version: DocumentVersionTable,
  stored: ReadContentResult,
  at: Date,
): Promise<void> {
  if (stored.outcome === 'not_received' || version.state === 'indexed') return;
  const step = stored.outcome === 'parsed' && stored.missingVectors > 0 ? 'embed' : 'index';
  await tx.versions.move(subject.versionId, { state: 'processing', step, contentId: stored.contentId });
  await tx.runs.progress(subject.runId, 'running', step);
  if (stored.outcome === 'parsed') await tx.runs.addEvents(subject.runId, [skipped(at, step, stored)]);
}

function skipped(at: Date, next: string, stored: { chunkCount: number; missingVectors: number }): RunEvent {
  const kept = passages(stored.chunkCount);
  const what =
    next === 'embed'
      ? `Kept ${kept} of an earlier attempt, ${stored.missingVectors} to be embedded`
      : `Kept ${kept} of an earlier attempt`;
  return { at, step: 'parse', what, outcome: 'skipped' };
}
