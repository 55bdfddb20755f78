import type { ParseJob } from '@docket/adapters/parsing/parse-job';
import { sniffMediaType } from '@docket/adapters/parsing/media-type';
import { StorageFault } from '@docket/adapters/storage';
import { storageKeys } from '@docket/adapters/storage/keys';
import type { ContentClaim, ContentIdentity } from '@docket/db/contents';
import type { EmbeddingProfile } from '@docket/db/embedding-profiles';
import type { DocumentVersionTable, UploadTable } from '@docket/db/tables/document';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { PIPELINE_VERSION } from '@docket/domain/document/limits';
import { DocketError, isErrorCode, type ErrorCode } from '@docket/domain/errors';
import { CancelledFailure, Context } from '@temporalio/activity';
import { ContentBusy } from './content-busy.js';
import { countFault } from './count-fault.js';
import {
  leaseSecondsOf,
  SMALL_CONTENT_CHUNKS,
  type DocumentIngestDependencies,
} from './document-ingest.dependencies.js';
import type { IngestSubject, ReadContentResult } from './document-ingest.types.js';
import { noteRetry } from './ingest-history.js';
import { joinOpenRun } from './join-run.js';
import { readUpload, type ReadUpload } from './read-upload.js';
import { skipWhatIsStored, storedBefore } from './stored-before.js';
import { storeParsedContent } from './store-parsed-content.js';
import { whileRenewing } from './while-renewing.js';
import { withHeartbeat } from './with-heartbeat.js';

/** What one attempt works with, read in its first transaction. */
interface Work {
  subject: IngestSubject;
  version: DocumentVersionTable;
  upload: UploadTable;
  /** Profiles that the passages get vectors under, the active one first. */
  profiles: readonly EmbeddingProfile[];
  /** What an attempt before this one made already, and only did not live to report. */
  stored: ReadContentResult | null;
}

/** Verified bytes, and the key they were read from. */
interface FoundUpload {
  key: string;
  read: ReadUpload;
}

/** Enough of a file to tell its type by: signatures lie in the first bytes, and text shows itself soon. */
const SNIFFED_BYTES = 65_536;

/**
 * Reads the uploaded bytes once and makes a content of them: hash, verify, sniff, claim, freeze, parse, chunk, and with
 * a small content and an embedder that costs nothing, embed. A repeat starts over; what it writes is conditional on the
 * content's fencing token, so of two that overlap only the later one's writes count.
 */
export class ReadContent {
  private readonly leaseSeconds: number;

  constructor(private readonly on: DocumentIngestDependencies) {
    this.leaseSeconds = leaseSecondsOf(on.limits);
  }

  async run(subject: IngestSubject): Promise<ReadContentResult> {
    try {
      return await withHeartbeat(() => this.read(subject));
    } catch (error) {
      await countFault(this.on, subject, error);
      if (isTrouble(error)) await noteRetry(this.on, subject, 'parse', error);
      throw error;
    }
  }

  private async read(subject: IngestSubject): Promise<ReadContentResult> {
    const work = await this.begin(subject);
    const { version, upload, stored } = work;
    if (stored) {
      await this.clearStaging(upload);
      return stored;
    }
    const startedAt = performance.now();
    const found = await this.readBytes(subject, version, upload);
    if (!found) return { outcome: 'not_received' };
    const parserKind = sniffMediaType(found.read.bytes.subarray(0, SNIFFED_BYTES), version);
    const verifyMs = elapsed(startedAt);
    const identity: ContentIdentity = {
      sha256: version.sha256,
      parserKind,
      language: version.language,
      pipelineVersion: PIPELINE_VERSION,
    };
    const claim = await this.on.tenants.withTenant(subject.orgId, async (tx) => {
      const claimed = await tx.contents.claim(identity, {
        newId: this.on.newId(),
        runId: subject.runId,
        sizeBytes: version.sizeBytes,
        leaseSeconds: this.leaseSeconds,
      });
      if (claimed.outcome !== 'busy')
        await this.noteVerified(tx, subject, version, upload, claimed.contentId, verifyMs);
      return claimed.outcome === 'claimed' ? this.takeOver(tx, work, claimed) : claimed;
    });
    switch (claim.outcome) {
      case 'busy':
        throw new ContentBusy(Context.current().info.attempt);
      case 'rejected':
        throw new DocketError(toDocumentCode(claim.code), claim.message);
      case 'indexed':
        await this.clearStaging(upload);
        return { outcome: 'reused', contentId: claim.contentId };
      case 'claimed':
        return whileRenewing(this.on, subject, { ...claim, leaseSeconds: this.leaseSeconds }, () =>
          this.make(work, found, claim),
        );
      case 'parsed':
        await this.clearStaging(upload);
        return claim;
    }
  }

  /** Whoever held the content before may have got as far as its passages: those are not made again, nor are vectors. */
  private async takeOver(
    tx: TenantTransaction,
    { subject, version, profiles }: Work,
    claim: ContentClaim & { outcome: 'claimed' },
  ): Promise<typeof claim | (ReadContentResult & { outcome: 'parsed' })> {
    // A new row has nothing stored.
    if (claim.fencingToken === 1) return claim;
    const of = { ...version, contentId: claim.contentId };
    const stored = await storedBefore(tx, subject, of, profiles, this.leaseSeconds);
    if (stored?.outcome !== 'parsed') return claim;
    await skipWhatIsStored(tx, subject, of, stored, this.on.now());
    return stored;
  }

  /** The row says from here on that the run is at work, and which execution it is. */
  private async begin(subject: IngestSubject): Promise<Work> {
    return this.on.tenants.withTenant(subject.orgId, async (tx) => {
      const version = await joinOpenRun(this.on, tx, subject);
      const upload = await tx.uploads.findByVersion(subject.versionId);
      if (!upload) throw new DocketError('document.deleted', 'The document was deleted meanwhile.');
      const profiles = await tx.search.profilesToFill();
      const stored = await storedBefore(tx, subject, version, profiles, this.leaseSeconds);
      if (stored) await skipWhatIsStored(tx, subject, version, stored, this.on.now());
      else await this.readyToRead(tx, subject, version);
      return { subject, version, upload, profiles, stored };
    });
  }

  /** What was uploaded is not needed any more. Where the storage is away the sweep clears it later, and nobody waits. */
  private async clearStaging({ stagingKey }: UploadTable): Promise<void> {
    try {
      await this.on.storage.delete(stagingKey);
    } catch (error) {
      if (!(error instanceof StorageFault)) throw error;
      Context.current().log.warn('staging object left to the sweep', { error });
    }
  }

  /** Whoever would find the content held by another run need not read the file to learn it. */
  private async readyToRead(
    tx: TenantTransaction,
    subject: IngestSubject,
    { sha256, language }: DocumentVersionTable,
  ): Promise<void> {
    const bytes = { sha256, language, pipelineVersion: PIPELINE_VERSION };
    if (await tx.contents.isHeldByAnother(bytes, subject.runId))
      throw new ContentBusy(Context.current().info.attempt);
    await tx.runs.progress(subject.runId, 'running', 'verify');
  }

  /**
   * The uploaded bytes: from where they were put, or, when an attempt before this one got so far as to freeze them and
   * clear the staging object away, from where they were frozen.
   */
  private async readBytes(
    subject: IngestSubject,
    version: DocumentVersionTable,
    upload: UploadTable,
  ): Promise<FoundUpload | null> {
    const staged = await readUpload(this.on.storage, upload.stagingKey, version);
    if (staged) return { key: upload.stagingKey, read: staged };
    if (!version.contentId) return null;
    const key = storageKeys.original(subject.orgId, version.contentId);
    const frozen = await readUpload(this.on.storage, key, version);
    if (!frozen) throw new StorageFault('the frozen object is not there');
    return { key, read: frozen };
  }

  private async noteVerified(
    tx: TenantTransaction,
    subject: IngestSubject,
    version: DocumentVersionTable,
    upload: UploadTable,
    contentId: string,
    verifyMs: number,
  ): Promise<void> {
    const receivedAt = upload.receivedAt ?? this.on.now();
    const receiveMs = Math.max(0, receivedAt.getTime() - upload.createdAt.getTime());
    const moved = await tx.versions.move(subject.versionId, {
      state: 'processing',
      step: 'parse',
      contentId,
      timings: { receiveMs, verifyMs },
    });
    if (!moved) throw new DocketError('document.deleted', 'The version has ended meanwhile.');
    await tx.runs.progress(subject.runId, 'running', 'parse');
    const { attempt } = Context.current().info;
    const at = this.on.now();
    await tx.runs.addEvents(subject.runId, [
      // Told once, by the first attempt that gets so far.
      ...(version.contentId === null
        ? [
            {
              at: receivedAt,
              step: 'receive',
              what: `Received ${version.sizeBytes} bytes`,
              outcome: 'succeeded' as const,
              durationMs: receiveMs,
            },
          ]
        : []),
      {
        at,
        step: 'verify',
        what: 'Size, checksum and type are as announced',
        outcome: 'succeeded',
        attempt,
        durationMs: verifyMs,
      },
    ]);
  }

  private async make(
    { subject, version, upload, profiles }: Work,
    { key, read }: FoundUpload,
    claim: { contentId: string; fencingToken: number },
  ): Promise<ReadContentResult> {
    const objectKey = storageKeys.original(subject.orgId, claim.contentId);
    if (key !== objectKey && !(await this.on.storage.copyIfUnchanged(key, objectKey, read.info.etag))) {
      // Another PUT replaced the object between the hash and the copy: look again at what is there now.
      throw new StorageFault('the uploaded object changed while it was read');
    }
    const { cancellationSignal } = Context.current();
    const job: ParseJob = {
      source: { bytes: read.bytes },
      declared: { mediaType: version.mediaType, fileName: version.fileName },
      options: {
        language: version.language,
        hashedVectorsUpTo: profiles.some(isHashed) ? SMALL_CONTENT_CHUNKS : 0,
        maxTextCharacters: this.on.limits.textCharacters,
        maxChunks: this.on.limits.chunks,
      },
    };
    // A cancelled run's file is not parsed to its end: the child is killed.
    const parsed = await this.on.parsers.parse(job, cancellationSignal);
    const textKey = storageKeys.text(subject.orgId, claim.contentId);
    await this.on.storage.put(textKey, Buffer.from(parsed.text, 'utf8'), 'text/plain; charset=utf-8');
    const place = {
      objectKey,
      textKey,
      hashedProfileId: profiles.find(isHashed)?.id ?? null,
      profileCount: profiles.length,
    };
    const missingVectors = await storeParsedContent(this.on, subject, claim, parsed, place);
    await this.clearStaging(upload);
    const { contentId, fencingToken } = claim;
    return { outcome: 'parsed', contentId, fencingToken, chunkCount: parsed.chunks.length, missingVectors };
  }
}

/** Coming back later for somebody else's content is a way of waiting, and a cancellation is no failed attempt. */
function isTrouble(error: unknown): boolean {
  return !(error instanceof DocketError || error instanceof ContentBusy || error instanceof CancelledFailure);
}

function isHashed({ provider }: EmbeddingProfile): boolean {
  return provider === 'hashed';
}

function elapsed(startedAt: number): number {
  return Math.round(performance.now() - startedAt);
}

/** A verdict stored with a content, as the code it was given under. */
function toDocumentCode(code: string): ErrorCode {
  return isErrorCode(code) ? code : 'document.unreadable';
}
