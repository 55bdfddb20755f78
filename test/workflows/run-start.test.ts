import { describe, expect, it } from '@jest/globals';
import { DOCUMENT_INGEST, documentIngestInput } from '@docket/workflows/document-ingest/contract';
import { runStartOptions } from '@docket/workflows/run/contract';
import { searchAttributes } from '@docket/workflows/search-attributes';

const SUBJECT = { orgId: 'org', documentId: 'doc', versionId: 'ver', runId: 'run', version: 2 };
const UPLOAD = { uploaded: false, uploadWindowMs: 900_000 };

function runOf(changes: Partial<Parameters<typeof runStartOptions>[0]> = {}) {
  return {
    kind: DOCUMENT_INGEST,
    workflowId: 'document-ingest:org_1:doc_1:v2',
    input: documentIngestInput(SUBJECT, 'doc_1', UPLOAD),
    attempts: 1,
    queuedForMs: 0,
    org: 'org_1',
    subject: 'doc_1',
    ...changes,
  };
}

describe('the start of a run', () => {
  it('never begins an ended run again when it is the first, and does when it is a retry', () => {
    expect(runStartOptions(runOf())).toMatchObject({
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    expect(runStartOptions(runOf({ attempts: 2 }))).toMatchObject({
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
  });

  it('waits for an upload only as long as the address is good, however late it comes', () => {
    const windowAt = (queuedForMs: number) =>
      (runStartOptions(runOf({ queuedForMs })).args[0] as { uploadWindowMs: number }).uploadWindowMs;
    expect([windowAt(0), windowAt(600_000), windowAt(3_600_000)]).toEqual([900_000, 300_000, 0]);
  });

  it('queues behind its own org only, and shows what operators filter by', () => {
    const { priority, staticSummary, typedSearchAttributes } = runStartOptions(runOf());
    expect({ priority, staticSummary }).toEqual({
      priority: { fairnessKey: 'org_1' },
      staticSummary: 'doc_1 v2',
    });
    expect(Object.values(searchAttributes).map((key) => typedSearchAttributes.get(key))).toEqual([
      'org_1',
      DOCUMENT_INGEST,
      'doc_1',
      'awaiting_upload',
      undefined,
    ]);
  });

  it('carries only what the input has, even when a whole row was passed', () => {
    const row = { ...SUBJECT, title: 'Salaries', sha256: 'ff' };
    expect(
      Object.keys(documentIngestInput(row, 'doc_1', { ...UPLOAD, stagingKey: 's' } as typeof UPLOAD)),
    ).toEqual(['schemaVersion', ...Object.keys(SUBJECT), 'subject', ...Object.keys(UPLOAD)]);
  });

  it('of a kind that nobody registered is refused by name', () => {
    expect(() => runStartOptions(runOf({ kind: 'sorcery' }))).toThrow('sorcery');
  });
});
