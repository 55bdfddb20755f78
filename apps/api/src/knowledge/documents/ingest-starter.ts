import { toTypeId } from '@docket/domain/ids/type-id';
import type { Logger } from '@docket/platform/logging/logger';
import {
  DOCUMENT_INGEST,
  documentIngestStartOptions,
  documentIngestWorkflowId,
  UPLOAD_COMPLETED,
  type DocumentIngestStart,
  type UploadCompletedSignal,
} from '@docket/workflows/document-ingest/contract';
import { Inject, Injectable } from '@nestjs/common';
import { Client, WorkflowNotFoundError } from '@temporalio/client';
import { LOGGER } from '../../infrastructure/logger.token.js';

/** Milliseconds a request waits for Temporal; a call takes a few, and what it would have done is done later anyway. */
const TEMPORAL_DEADLINE_MS = 3_000;

/** Starts ingests and passes on that an upload is complete. "Already started" is an ordinary answer. */
@Injectable()
export class IngestStarter {
  constructor(
    private readonly temporal: Client,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Starts the run of rows that are committed. When Temporal cannot be reached the work is accepted all the same: the
   * sweep starts what is left, as it does after a crash at this very line.
   */
  async start(start: Omit<DocumentIngestStart, 'publicIds'>): Promise<void> {
    const publicIds = { org: toTypeId('org', start.orgId), document: toTypeId('document', start.documentId) };
    const { orgId, documentId, versionId, runId, version, uploaded, uploadWindowMs } = start;
    try {
      const options = documentIngestStartOptions({
        orgId,
        documentId,
        versionId,
        runId,
        version,
        uploaded,
        uploadWindowMs,
        publicIds,
      });
      await this.inTime(() => this.temporal.workflow.start(DOCUMENT_INGEST, options));
    } catch (error) {
      this.logger.warn(
        { error, runId: toTypeId('run', runId) },
        'run could not be started; the sweep will start it',
      );
    }
  }

  /**
   * Tells the run that the bytes are stored. When the run has closed there is nobody to tell, and the version's state is
   * the answer; when Temporal cannot be reached, the run finds the object by itself within seconds.
   */
  async announceUpload(orgId: string, documentId: string, version: number): Promise<void> {
    const workflowId = documentIngestWorkflowId(
      toTypeId('org', orgId),
      toTypeId('document', documentId),
      version,
    );
    const signal: UploadCompletedSignal = { schemaVersion: 1 };
    try {
      await this.inTime(() => this.temporal.workflow.getHandle(workflowId).signal(UPLOAD_COMPLETED, signal));
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return;
      this.logger.warn({ error, workflowId }, 'upload could not be announced; the run will find it');
    }
  }

  /** A caller is waiting for an answer that does not depend on this call. */
  private async inTime<T>(call: () => Promise<T>): Promise<T> {
    return this.temporal.withDeadline(Date.now() + TEMPORAL_DEADLINE_MS, call);
  }
}
