import { ObjectStorage } from '@docket/adapters/storage';
import { resolveMediaType } from '@docket/domain/document/media-types';
import { toTypeId } from '@docket/domain/ids/type-id';
import { Injectable } from '@nestjs/common';
import { ApiSettings } from '../../api-settings.js';
import type { Answer } from '../../idempotency/idempotent-answers.js';
import { newId } from '../../infrastructure/ids.js';
import { RunStarter } from '../../runs/run-starter.js';
import { DocumentIntake, type Intake, type IntakeResult } from '../documents/document-intake.js';
import { assertAcceptable } from '../documents/document-limits.js';
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
    const mediaType = resolveMediaType(dto);
    assertAcceptable(config, mediaType, dto.sizeBytes);
    const uploadId = newId();
    const uploadWindowMs = config.UPLOAD_URL_SECONDS * 1_000;
    const expiresAt = new Date(Date.now() + uploadWindowMs);
    const intake = {
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
    };
    const accepted = await this.intake.accept(orgId, intake, (result) => answerTo(intake, result));
    const answer = showUpload(intake.uploadId, accepted);
    if (accepted.outcome === 'reused') return answer;
    await this.starter.start(accepted.start);
    const { sizeBytes } = dto;
    const upload = await this.storage.presignUpload(accepted.stagingKey, { mediaType, sizeBytes, expiresAt });
    return { ...answer, upload: { ...upload, expiresAt: upload.expiresAt.toISOString() } };
  }
}

/** The answer before its address is signed. */
function showUpload(uploadId: string, result: IntakeResult): UploadDto {
  const subject = { documentId: toTypeId('document', result.documentId), version: result.version };
  return result.outcome === 'reused'
    ? { uploadId: null, ...subject, state: 'indexed', upload: null, reused: true, runId: null }
    : {
        uploadId: toTypeId('upload', uploadId),
        ...subject,
        state: 'awaiting_upload',
        upload: null,
        reused: false,
        runId: toTypeId('run', result.start.runId),
      };
}

function answerTo(intake: Intake, result: IntakeResult): Answer {
  const body = showUpload(intake.uploadId, result);
  const answer = { location: `/v1/documents/${body.documentId}`, body };
  if (result.outcome === 'reused') return { status: 200, ...answer };
  const { mediaType, sizeBytes, expiresAt } = intake;
  const uploadGrant = {
    stagingKey: result.stagingKey,
    mediaType,
    sizeBytes,
    expiresAt: expiresAt.toISOString(),
  };
  return { status: 201, ...answer, uploadGrant };
}
