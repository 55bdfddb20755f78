import { storageKeys } from '@docket/adapters/storage/keys';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { RunStart } from '@docket/db/runs';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { PIPELINE_VERSION } from '@docket/domain/document/limits';
import { isSupportedMediaType, PARSER_BY_MEDIA_TYPE } from '@docket/domain/document/media-types';
import type { DocumentTable } from '@docket/db/tables/document';
import { toTypeId } from '@docket/domain/ids/type-id';
import { currentLogContext } from '@docket/platform/logging/log-context';
import {
  DOCUMENT_INGEST,
  documentIngestInput,
  documentIngestWorkflowId,
} from '@docket/workflows/document-ingest/contract';
import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { IdempotentAnswers, type Answer } from '../../idempotency/idempotent-answers.js';
import { newId } from '../../infrastructure/ids.js';
import { resolveCollection } from '../collections/resolve-collection.js';

/** Bytes that somebody brings or announces, and what they say of the document. */
export interface Intake {
  uploadId: string;
  title: string | undefined;
  collection: string;
  sourceUrl: string | undefined;
  externalKey: string | undefined;
  metadata: Record<string, string> | undefined;
  language: string;
  fileName: string;
  mediaType: string;
  sizeBytes: number;
  sha256: Buffer;
  /** Milliseconds the address to upload to is good for, and when it runs out. */
  uploadWindowMs: number;
  expiresAt: Date;
  /** When the bytes are stored already. */
  receivedAt: Date | null;
}

export type IntakeResult =
  | { outcome: 'reused'; documentId: string; version: number }
  | {
      outcome: 'started';
      documentId: string;
      version: number;
      stagingKey: string;
      /** To be started now that the rows are committed. */
      start: RunStart;
    };

/**
 * Writes the rows of a document's new version: document, version, upload and run in one transaction, before anything is
 * started. When this org has exactly that content indexed, the version points at it and is done.
 */
@Injectable()
export class DocumentIntake {
  constructor(
    private readonly tenants: TenantDatabase,
    private readonly answers: IdempotentAnswers,
  ) {}

  /** `answerOf` says what the client is answered: a repeat of its request gets that, and no second document. */
  async accept(
    orgId: string,
    intake: Intake,
    answerOf: (result: IntakeResult) => Answer,
  ): Promise<IntakeResult> {
    return this.tenants.withTenant(orgId, async (tx) => {
      const { result, action } = await this.write(tx, intake);
      if (action) {
        const subject = toTypeId('document', result.documentId);
        tx.audit.append({ action, subject, after: auditedOf(intake, result) });
      }
      await this.answers.settle(tx, answerOf(result));
      return result;
    });
  }

  /** `action` is what it came to in the words of the audit; null where nothing was changed. */
  private async write(
    tx: TenantTransaction,
    intake: Intake,
  ): Promise<{ result: IntakeResult; action: string | null }> {
    const collectionId = await resolveCollection(tx, intake.collection, 'create');
    const known = intake.externalKey
      ? await tx.documents.lockByExternalKey(collectionId, intake.externalKey)
      : null;
    const content = await this.findIndexed(tx, intake);
    if (
      known &&
      content &&
      known.currentContentId === content.id &&
      known.currentVersion === known.latestVersion
    ) {
      const patch = patchOf(intake);
      const isChange = changes(known, patch);
      if (isChange) await tx.documents.update(known.id, patch);
      const result = { outcome: 'reused', documentId: known.id, version: known.latestVersion } as const;
      return { result, action: isChange ? 'document.update' : null };
    }
    const { documentId, version } = await this.writeDocument(tx, collectionId, known, intake);
    const action = known ? 'document.add_version' : 'document.create';
    if (content) {
      await this.writeIndexedVersion(tx, documentId, version, content, intake);
      return { result: { outcome: 'reused', documentId, version }, action };
    }
    return { result: await this.writePendingVersion(tx, documentId, version, intake), action };
  }

  private async findIndexed(
    tx: TenantTransaction,
    intake: Intake,
  ): Promise<{ id: string; title: string | null } | null> {
    if (!isSupportedMediaType(intake.mediaType)) return null;
    return tx.contents.findIndexed({
      sha256: intake.sha256,
      parserKind: PARSER_BY_MEDIA_TYPE[intake.mediaType],
      language: intake.language,
      pipelineVersion: PIPELINE_VERSION,
    });
  }

  private async writeDocument(
    tx: TenantTransaction,
    collectionId: string,
    known: DocumentTable | null,
    intake: Intake,
  ): Promise<{ documentId: string; version: number }> {
    if (known) {
      const version = known.latestVersion + 1;
      await tx.documents.update(known.id, { ...patchOf(intake), latestVersion: version });
      return { documentId: known.id, version };
    }
    const documentId = newId();
    await tx.documents.insert({
      id: documentId,
      collectionId,
      title: intake.title ?? '',
      sourceUrl: intake.sourceUrl ?? null,
      externalKey: intake.externalKey ?? null,
      metadata: intake.metadata ?? {},
    });
    return { documentId, version: 1 };
  }

  private async writeIndexedVersion(
    tx: TenantTransaction,
    documentId: string,
    version: number,
    content: { id: string; title: string | null },
    intake: Intake,
  ): Promise<void> {
    await tx.versions.insert({
      ...versionOf(intake),
      id: newId(),
      documentId,
      version,
      state: 'indexed',
      contentId: content.id,
      runId: null,
      indexedAt: new Date(),
    });
    await tx.documents.makeCurrent(documentId, version, content.id, content.title);
  }

  private async writePendingVersion(
    tx: TenantTransaction,
    documentId: string,
    version: number,
    intake: Intake,
  ): Promise<IntakeResult> {
    const runId = newId();
    const versionId = newId();
    const { requestId, traceparent } = currentLogContext();
    const stagingKey = storageKeys.staging(tx.orgId, intake.uploadId);
    const subject = toTypeId('document', documentId);
    const start = await tx.runs.insert({
      id: runId,
      kind: DOCUMENT_INGEST,
      subjectKind: 'document',
      subjectId: documentId,
      workflowId: documentIngestWorkflowId(toTypeId('org', tx.orgId), subject, version),
      input: documentIngestInput({ orgId: tx.orgId, documentId, versionId, runId, version }, subject, {
        uploaded: intake.receivedAt !== null,
        uploadWindowMs: intake.uploadWindowMs,
      }),
      requestId: requestId ?? runId,
      traceparent: traceparent ?? null,
    });
    await tx.versions.insert({
      ...versionOf(intake),
      id: versionId,
      documentId,
      version,
      state: intake.receivedAt ? 'uploaded' : 'awaiting_upload',
      contentId: null,
      runId,
      indexedAt: null,
    });
    await tx.uploads.insert({
      id: intake.uploadId,
      versionId,
      stagingKey,
      expiresAt: intake.expiresAt,
      receivedAt: intake.receivedAt,
    });
    return { outcome: 'started', documentId, version, stagingKey, start };
  }
}

/** What the audit says of a new version: enough to know which file it was. */
/** No word of the document: the chain cannot forget, and a document can be erased. */
function auditedOf({ mediaType, sizeBytes }: Intake, result: IntakeResult) {
  return { version: result.version, reused: result.outcome === 'reused', mediaType, sizeBytes };
}

function versionOf(intake: Intake) {
  return {
    fileName: intake.fileName,
    mediaType: intake.mediaType,
    sizeBytes: intake.sizeBytes,
    sha256: intake.sha256,
    language: intake.language,
  };
}

/** What a further upload of a known document changes of it: only what it says. */
function patchOf(intake: Intake) {
  return {
    ...(intake.title === undefined ? {} : { title: intake.title }),
    ...(intake.sourceUrl === undefined ? {} : { sourceUrl: intake.sourceUrl }),
    ...(intake.metadata === undefined ? {} : { metadata: intake.metadata }),
  };
}

/** Whether a patch says anything else than what is there. */
function changes(known: DocumentTable, patch: ReturnType<typeof patchOf>): boolean {
  const { title, sourceUrl, metadata } = known;
  return !isDeepStrictEqual({ title, sourceUrl, metadata }, { title, sourceUrl, metadata, ...patch });
}
