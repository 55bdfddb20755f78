import { ObjectStorage } from '@docket/adapters/storage';
import { toTypeId } from '@docket/domain/ids/type-id';
import { Injectable } from '@nestjs/common';
import { ApiSettings } from '../../api-settings.js';
import { newId } from '../../infrastructure/ids.js';
import { RunStarter } from '../../runs/run-starter.js';
import { DocumentIntake } from '../documents/document-intake.js';
import { assertAcceptable, normaliseMediaType } from '../documents/document-limits.js';
import type { CreateUploadDto, UploadDto } from './upload.dto.js';

@Injectable()
export class UploadsService {
  constructor(
    private readonly intake: DocumentIntake,
    private readonly starter: RunStarter,
    private readonly storage: ObjectStorage,
    private readonly settings: ApiSettings,
  ) {}

  /**
   * Announces a file. Known bytes are answered at once; otherwise the rows are written, the run is started, and the
   * answer holds an address to put the bytes to.
   */
  async create(orgId: string, dto: CreateUploadDto): Promise<UploadDto> {
    const config = this.settings.values;
    const mediaType = normaliseMediaType(dto.mediaType);
    assertAcceptable(config, mediaType, dto.sizeBytes);
    const uploadId = newId();
    const uploadWindowMs = config.UPLOAD_URL_SECONDS * 1_000;
    const expiresAt = new Date(Date.now() + uploadWindowMs);
    const accepted = await this.intake.accept(orgId, {
      ...dto,
      title: dto.title,
      sourceUrl: dto.sourceUrl,
      externalKey: dto.externalKey,
      metadata: dto.metadata,
      mediaType,
      sha256: Buffer.from(dto.sha256, 'hex'),
      uploadId,
      uploadWindowMs,
      expiresAt,
      receivedAt: null,
    });
    const subject = { documentId: toTypeId('document', accepted.documentId), version: accepted.version };
    if (accepted.outcome === 'reused') {
      return { uploadId: null, ...subject, state: 'indexed', upload: null, reused: true, runId: null };
    }
    await this.starter.start(accepted.start);
    const upload = await this.storage.presignUpload(accepted.stagingKey, {
      mediaType,
      sizeBytes: dto.sizeBytes,
      expiresAt,
    });
    return {
      uploadId: toTypeId('upload', uploadId),
      ...subject,
      state: 'awaiting_upload',
      upload: { ...upload, expiresAt: upload.expiresAt.toISOString() },
      reused: false,
      runId: toTypeId('run', accepted.start.runId),
    };
  }
}
