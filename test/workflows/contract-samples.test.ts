import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  DOCUMENT_INGEST,
  documentIngestInput,
  PROGRESS,
  UPLOAD_COMPLETED,
  type DocumentIngestInput,
  type DocumentIngestProgress,
} from '@docket/workflows/document-ingest/contract';
import { runStartOptions } from '@docket/workflows/run/contract';
import { IngestBench, type StartedIngest } from './support/ingest-bench.ts';
import { readSample, shapeOf } from './support/samples.ts';

const VERSION = 'document-ingest/v1';
/** As it was sent by another release, whatever the present types say. */
const INPUT = readSample(`${VERSION}/input`) as unknown as DocumentIngestInput;

describe('messages of documentIngest, version 1', () => {
  let bench: IngestBench;
  let run: StartedIngest;
  let progress: DocumentIngestProgress;
  let result: object;

  // A run that another release started, told and asked: everything it was sent came from the samples.
  beforeAll(async () => {
    bench = await IngestBench.open();
    run = await bench.start({ input: INPUT });
    progress = await run.handle.query<DocumentIngestProgress>(PROGRESS);
    await run.handle.signal(UPLOAD_COMPLETED, readSample(`${VERSION}/signal`));
    result = await run.handle.result();
  }, 60_000);
  afterAll(() => bench.close(), 60_000);

  it('are understood: a start and a signal of the samples lead to the result of the sample', () => {
    expect(result).toEqual(expect.objectContaining(readSample(`${VERSION}/result`)));
  });

  it('hand every field of the start on to whoever needs it', () => {
    const { orgId, documentId, versionId, version, runId } = INPUT;
    expect(run.calls.map(({ name }) => name)).toEqual(['readContent', 'indexContent']);
    expect(run.calls[0]?.input).toEqual({ orgId, documentId, versionId, version, runId });
  });

  it('answer the query with what was answered when it was released', () => {
    expect(progress).toEqual(expect.objectContaining(readSample(`${VERSION}/progress`)));
  });

  it('are sent with every field that they were released with', () => {
    const { subject, ...start } = INPUT;
    const [sent] = runStartOptions({
      kind: DOCUMENT_INGEST,
      workflowId: 'document-ingest:1',
      input: documentIngestInput(start, subject, start),
      attempts: 1,
      queuedForMs: 0,
      org: 'org_1',
      subject,
    }).args;
    expect(sent).toEqual(expect.objectContaining(readSample(`${VERSION}/input`)));
    expect(shapeOf(sent)).toEqual(expect.objectContaining(shapeOf(INPUT)));
  });
});
