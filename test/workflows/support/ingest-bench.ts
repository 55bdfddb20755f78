import { QUEUES } from '@docket/domain/run/queues-rules';
import { uuidV7 } from '@docket/domain/ids/uuid-v7';
import type { WorkflowEnd } from '@docket/domain/trace/rules';
import { withLogContext, type LogContext } from '@docket/platform/logging/log-context';
import { createTemporalClient } from '@docket/platform/temporal/connection';
import {
  DOCUMENT_INGEST,
  type DocumentIngestInput,
  type DocumentIngestProgress,
  type DocumentIngestResult,
} from '@docket/workflows/document-ingest/contract';
import { searchAttributes } from '@docket/workflows/search-attributes';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { randomBytes } from 'node:crypto';
import { startTestServer, TEST_NAMESPACE } from '../../support/temporal-test-server.ts';
import { BenchWorkers } from './bench-workers.ts';
import { ScriptedActivities, type Call, type Script } from './scripted-activities.ts';

export type IngestHandle = WorkflowHandle<(input: DocumentIngestInput) => Promise<DocumentIngestResult>>;

export interface StartedIngest {
  handle: IngestHandle;
  input: DocumentIngestInput;
  /** Grows as the workflow calls its activities. */
  calls: Call[];
  progress(): Promise<DocumentIngestProgress['state']>;
}

export interface StartOptions {
  script?: Script;
  uploaded?: boolean;
  uploadWindowMs?: number;
  /** The request that starts it. */
  request?: LogContext;
  /** All of the input, where the above does not do. */
  input?: DocumentIngestInput;
}

/** The shipped workflow bundle on a time-skipping server, with activities that follow scripts. */
export class IngestBench {
  readonly environment: TestWorkflowEnvironment;
  /** What workflows told when they had ended. */
  readonly ended: WorkflowEnd[] = [];
  readonly #scripted = new ScriptedActivities();
  readonly #starter: Client;
  #workers: BenchWorkers | null = null;

  private constructor(environment: TestWorkflowEnvironment) {
    this.environment = environment;
    this.#starter = createTemporalClient({
      TEMPORAL_ADDRESS: environment.address,
      TEMPORAL_NAMESPACE: TEST_NAMESPACE,
    });
  }

  static async open(): Promise<IngestBench> {
    const bench = new IngestBench(await startTestServer());
    await bench.#work();
    return bench;
  }

  async #work(): Promise<void> {
    const { findUploadedObject, readContent, embedContentChunks, indexContent, endIngest } =
      this.#scripted.activities;
    const activities = {
      main: { findUploadedObject, indexContent, endIngest },
      parse: { readContent },
      model: { embedContentChunks },
    };
    this.#workers = await BenchWorkers.start(
      this.environment,
      activities,
      (end) => void this.ended.push(end),
    );
  }

  async start(options: StartOptions = {}): Promise<StartedIngest> {
    const input = options.input ?? inputOf(options);
    const calls = this.#scripted.follow(input.documentId, options.script ?? {});
    await withLogContext(options.request ?? {}, () => this.startAgain(input));
    // Waiting for a result of this client lets the server's clock run.
    const handle: IngestHandle = this.environment.client.workflow.getHandle(workflowIdOf(input));
    return {
      handle,
      input,
      calls,
      progress: async () => (await handle.query<DocumentIngestProgress>('progress')).state,
    };
  }

  /** A start as the API makes it, which may find the workflow started. Returns the id of the execution. */
  async startAgain(input: DocumentIngestInput): Promise<string> {
    const handle = await this.#starter.workflow.start(DOCUMENT_INGEST, {
      workflowId: workflowIdOf(input),
      taskQueue: QUEUES.main,
      args: [input],
      workflowIdConflictPolicy: 'USE_EXISTING',
      typedSearchAttributes: new TypedSearchAttributes([
        { key: searchAttributes.subject, value: input.subject },
        { key: searchAttributes.state, value: input.uploaded ? 'uploaded' : 'awaiting_upload' },
      ]),
    });
    return handle.firstExecutionRunId;
  }

  async close(): Promise<void> {
    await this.#workers?.stop();
    await this.#starter.connection.close();
    await this.environment.teardown();
  }
}

function inputOf(options: StartOptions): DocumentIngestInput {
  const id = (): string => uuidV7(Date.now(), randomBytes(10));
  return {
    schemaVersion: 1,
    orgId: id(),
    documentId: id(),
    versionId: id(),
    runId: id(),
    version: 1,
    subject: 'doc_01k8m3zq4yfk5tx2w7c9v1b6ng',
    uploaded: options.uploaded ?? false,
    uploadWindowMs: options.uploadWindowMs ?? 900_000,
  };
}

function workflowIdOf(input: DocumentIngestInput): string {
  return `document-ingest:${input.documentId.slice(0, 36)}:v${input.version}`;
}
