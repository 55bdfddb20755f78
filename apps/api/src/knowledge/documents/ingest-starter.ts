import { toTypeId } from '@docket/domain/ids/type-id';
import { QUEUES } from '@docket/domain/run/queues-rules';
import type { Logger } from '@docket/platform/logging/logger';
import {
  DOCUMENT_INGEST,
  documentIngestWorkflowId,
  UPLOAD_COMPLETED,
  type DocumentIngestInput,
  type UploadCompletedSignal,
} from '@docket/workflows/document-ingest/contract';
import { searchAttributes } from '@docket/workflows/search-attributes';
import { Inject, Injectable } from '@nestjs/common';
import { Client, WorkflowNotFoundError } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { LOGGER } from '../../infrastructure/logger.token.js';

export interface IngestStart {
  orgId: string;
  documentId: string;
  versionId: string;
  version: number;
  runId: string;
  uploaded: boolean;
  uploadWindowMs: number;
}

/** Starts ingests and passes on that an upload is complete. "Already started" is an ordinary answer. */
@Injectable()
export class IngestStarter {
  constructor(
    private readonly temporal: Client,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async start(start: IngestStart): Promise<void> {
    const org = toTypeId('org', start.orgId);
    const subject = toTypeId('document', start.documentId);
    const input: DocumentIngestInput = { schemaVersion: 1, ...start, subject };
    await this.temporal.workflow.start(DOCUMENT_INGEST, {
      workflowId: documentIngestWorkflowId(org, subject, start.version),
      taskQueue: QUEUES.main,
      args: [input],
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: `${subject} v${start.version}`,
      typedSearchAttributes: new TypedSearchAttributes([
        { key: searchAttributes.org, value: org },
        { key: searchAttributes.kind, value: DOCUMENT_INGEST },
        { key: searchAttributes.subject, value: subject },
        { key: searchAttributes.state, value: start.uploaded ? 'uploaded' : 'awaiting_upload' },
      ]),
    });
  }

  /**
   * Tells the run that the bytes are stored. When the run has closed there is nobody to tell, and the version's state is
   * the answer; when Temporal cannot be reached, the run finds the object by itself within seconds.
   */
  async announceUpload(orgId: string, documentId: string, version: number): Promise<void> {
    const workflowId = documentIngestWorkflowId(toTypeId('org', orgId), toTypeId('document', documentId), version);
    const signal: UploadCompletedSignal = { schemaVersion: 1 };
    try {
      await this.temporal.workflow.getHandle(workflowId).signal(UPLOAD_COMPLETED, signal);
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return;
      this.logger.warn({ error, workflowId }, 'upload could not be announced; the run will find it');
    }
  }
}
