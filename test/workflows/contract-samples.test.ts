import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { toTypeId } from '@docket/domain/ids/type-id';
import { createLogger } from '@docket/platform/logging/logger';
import { createTemporalClient } from '@docket/platform/temporal/connection';
import {
  documentIngestWorkflowId,
  PROGRESS,
  UPLOAD_COMPLETED,
  type DocumentIngestInput,
  type DocumentIngestProgress,
  type UploadCompletedSignal,
} from '@docket/workflows/document-ingest/contract';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IngestStarter } from '../../apps/api/src/knowledge/documents/ingest-starter.ts';
import { until } from '../support/until.ts';
import { TEST_NAMESPACE } from '../support/temporal-test-server.ts';
import { IngestBench, type StartedIngest } from './support/ingest-bench.ts';

const SAMPLES = join(import.meta.dirname, 'samples/document-ingest/v1');

function sample<T>(name: string): T {
  return JSON.parse(readFileSync(join(SAMPLES, `${name}.json`), 'utf8')) as T;
}

/** Field names and types, so that a field more is no difference to what a sample asks for. */
function shapeOf(value: object): Record<string, string> {
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, typeof field]));
}

describe('messages of documentIngest, version 1', () => {
  let bench: IngestBench;
  let run: StartedIngest;
  let progress: DocumentIngestProgress;
  let result: object;

  // A run that another release started, told and asked: everything it was sent came from the samples.
  beforeAll(async () => {
    bench = await IngestBench.open();
    run = await bench.start({ input: sample<DocumentIngestInput>('input') });
    progress = await run.handle.query<DocumentIngestProgress>(PROGRESS);
    await run.handle.signal(UPLOAD_COMPLETED, sample<UploadCompletedSignal>('signal'));
    result = await run.handle.result();
  }, 60_000);
  afterAll(() => bench.close(), 60_000);

  it('are understood: a start and a signal of the samples lead to the result of the sample', () => {
    expect(result).toEqual(expect.objectContaining(sample('result')));
  });

  it('hand every field of the start on to whoever needs it', () => {
    const { orgId, documentId, versionId, version, runId } = sample<DocumentIngestInput>('input');
    expect(run.calls.map(({ name }) => name)).toEqual(['readContent', 'indexContent']);
    expect(run.calls[0]?.input).toEqual({ orgId, documentId, versionId, version, runId });
  });

  it('answer the query with what was answered when it was released', () => {
    expect(progress).toEqual(expect.objectContaining(sample('progress')));
  });

  it('are sent by the API as they were when they were released', async () => {
    const client = createTemporalClient({
      TEMPORAL_ADDRESS: bench.environment.address,
      TEMPORAL_NAMESPACE: TEST_NAMESPACE,
    });
    const starter = new IngestStarter(client, createLogger('silent', 'test'));
    const { orgId, documentId, versionId, version, runId } = sample<DocumentIngestInput>('input');
    const about = { orgId, documentId, versionId, runId, version: version + 1 };
    await starter.start({ ...about, uploaded: false, uploadWindowMs: 900_000 });
    await starter.announceUpload(orgId, documentId, about.version);
    const sent = await sentTo(bench, about.version);
    await client.connection.close();
    expect(shapeOf(sent.start)).toEqual(expect.objectContaining(shapeOf(sample('input'))));
    expect(sent.signal).toEqual(expect.objectContaining(sample<object>('signal')));
  });
});

/** The payloads that the server keeps of a start and a signal. */
async function sentTo(bench: IngestBench, version: number): Promise<{ start: object; signal: object }> {
  const { orgId, documentId } = sample<DocumentIngestInput>('input');
  const id = documentIngestWorkflowId(toTypeId('org', orgId), toTypeId('document', documentId), version);
  const payloads = async (): Promise<Payload[]> => {
    const { events } = await bench.environment.client.workflow.getHandle(id).fetchHistory();
    return (events ?? []).flatMap((event) => [
      ...(event.workflowExecutionStartedEventAttributes?.input?.payloads ?? []),
      ...(event.workflowExecutionSignaledEventAttributes?.input?.payloads ?? []),
    ]);
  };
  await until('start and signal are in the history', async () => (await payloads()).length === 2);
  const [start, signal] = (await payloads()).map((payload) => defaultPayloadConverter.fromPayload<object>(payload));
  if (!start || !signal) throw new Error('nothing was sent');
  return { start, signal };
}
