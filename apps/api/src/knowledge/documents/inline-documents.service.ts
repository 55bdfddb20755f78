import { ObjectStorage, StorageFault } from '@docket/adapters/storage';
import { storageKeys } from '@docket/adapters/storage/keys';
import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { ApiSettings } from '../../api-settings.js';
import { newId } from '../../infrastructure/ids.js';
import { RunStarter } from '../../runs/run-starter.js';
import type { CreateDocumentDto, StartedDocumentDto } from './document.dto.js';
import { DocumentIntake, type Intake, type IntakeResult } from './document-intake.js';

const EXTENSIONS = { 'text/markdown': 'md', 'text/plain': 'txt', 'text/html': 'html' } as const;

/** Small texts sent in the body: the same run as an upload's, from "the bytes are here" on. */
@Injectable()
export class InlineDocumentsService {
  constructor(
    private readonly intake: DocumentIntake,
    private readonly starter: RunStarter,
    private readonly storage: ObjectStorage,
    private readonly settings: ApiSettings,
  ) {}

  /**
   * The text is stored before the row that speaks of it commits: a crash between leaves an object nobody knows, never a
   * document without its bytes.
   */
  async create(orgId: string, dto: CreateDocumentDto): Promise<StartedDocumentDto> {
    const bytes = Buffer.from(dto.text, 'utf8');
    const limit = this.settings.values.INLINE_TEXT_MAX_BYTES;
    if (bytes.length > limit) {
      throw new DocketError(
        'document.too_large',
        `The text has ${bytes.length} bytes; inline the limit is ${limit}. Send it through POST /v1/uploads.`,
      );
    }
    if (dto.text.trim() === '') throw new DocketError('document.empty', 'The text is empty. Send some.');
    const uploadId = newId();
    const stagingKey = storageKeys.staging(orgId, uploadId);
    await this.storage.put(stagingKey, bytes, dto.mediaType);
    const now = new Date();
    const intake = {
      ...dto,
      sourceUrl: dto.sourceUrl,
      externalKey: dto.externalKey,
      metadata: dto.metadata,
      fileName: `text.${EXTENSIONS[dto.mediaType]}`,
      sizeBytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest(),
      uploadId,
      uploadWindowMs: 0,
      expiresAt: now,
      receivedAt: now,
    };
    const accepted = await this.accept(orgId, intake, stagingKey);
    if (accepted.outcome === 'reused') await this.discard(stagingKey);
    else await this.starter.start(accepted.start);
    return showStarted(accepted);
  }

  /** What was refused leaves no text behind. After another error the commit may have happened, and it stays. */
  private async accept(orgId: string, intake: Intake, stagingKey: string): Promise<IntakeResult> {
    try {
      return await this.intake.accept(orgId, intake, (result) => {
        const body = showStarted(result);
        return { status: 202, location: `/v1/documents/${body.documentId}`, body };
      });
    } catch (error) {
      if (error instanceof DocketError) await this.discard(stagingKey);
      throw error;
    }
  }

  /** The answer does not wait for it: an object without a row is found by the sweep. */
  private async discard(stagingKey: string): Promise<void> {
    try {
      await this.storage.delete(stagingKey);
    } catch (error) {
      if (!(error instanceof StorageFault)) throw error;
    }
  }
}

function showStarted(result: IntakeResult): StartedDocumentDto {
  const subject = { documentId: toTypeId('document', result.documentId), version: result.version };
  return result.outcome === 'reused'
    ? { ...subject, state: 'indexed', runId: null }
    : { ...subject, state: 'uploaded', runId: toTypeId('run', result.start.runId) };
}
