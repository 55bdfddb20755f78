import { toTypeId } from '@docket/domain/ids/type-id';
import type { Logger } from '@docket/platform/logging/logger';
import {
  documentIngestWorkflowId,
  UPLOAD_COMPLETED,
  type UploadCompletedSignal,
} from '@docket/workflows/document-ingest/contract';
import { Inject, Injectable } from '@nestjs/common';
import { Client, WorkflowNotFoundError } from '@temporalio/client';
import { LOGGER } from '../../infrastructure/logger.token.js';

/** Milliseconds a request waits for Temporal; a signal takes a few, and the run finds the upload without it. */
const TEMPORAL_DEADLINE_MS = 3_000;

/** Tells runs that their upload is complete. */
@Injectable()
export class UploadAnnouncer {
  constructor(
    private readonly temporal: Client,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Tells the run that the bytes are stored. When the run has closed there is nobody to tell, and the version's state is
   * the answer; when Temporal cannot be reached, the run finds the object by itself within seconds.
   */
  async announce(orgId: string, documentId: string, version: number): Promise<void> {
    const workflowId = documentIngestWorkflowId(
      toTypeId('org', orgId),
      toTypeId('document', documentId),
      version,
    );
    const signal: UploadCompletedSignal = { schemaVersion: 1 };
    try {
      await this.temporal.withDeadline(Date.now() + TEMPORAL_DEADLINE_MS, () =>
        this.temporal.workflow.getHandle(workflowId).signal(UPLOAD_COMPLETED, signal),
      );
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return;
      this.logger.warn({ error, workflowId }, 'upload could not be announced; the run will find it');
    }
  }
}
