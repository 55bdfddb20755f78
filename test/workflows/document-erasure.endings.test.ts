import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  DOCUMENT_ERASURE,
  documentErasureInput,
  documentErasureWorkflowId,
  type DocumentErasureInput,
} from '@docket/workflows/document-erasure/contract';
import { runStartOptions } from '@docket/workflows/run/contract';
import { searchAttributes } from '@docket/workflows/search-attributes';
import { COMPLETED, ErasureBench, type ErasureCall } from './support/erasure-bench.ts';
import { erasureScenarios, type PlayedErasure } from './support/erasure-scenarios.ts';
import { readSample, shapeOf } from './support/samples.ts';

const BESIDE_EACH_OTHER = ['deleteDocumentExecutions', 'eraseDocumentObjects'];
const IN_ORDER = ['supersedeDocumentRuns', 'endDocumentExecutions', 'eraseDocumentRows'];

describe('documentErasure', () => {
  let bench: ErasureBench;
  beforeAll(async () => {
    bench = await ErasureBench.open();
  }, 60_000);
  afterAll(() => bench.close(), 60_000);

  it('supersedes, ends executions and erases rows before objects and executions, and the receipt comes last', async () => {
    const run = await erasureScenarios.erased(bench);
    expect(run.result).toEqual({ schemaVersion: 1, ...COMPLETED });
    expectOrder(run.calls);
    await expectDeleted(run);
  });

  it('does short steps on its own rows locally, and what calls out or takes long remotely', async () => {
    const { calls } = await erasureScenarios.erased(bench);
    const local = calls.filter(({ isLocal }) => isLocal).map(({ name }) => name);
    expect(local).toEqual(['supersedeDocumentRuns', 'completeErasure']);
  });

  it('repeats each step until it is done, and gives nothing up', async () => {
    const run = await erasureScenarios['erased-after-transient-failures'](bench);
    expect(run.calls.filter(({ name }) => name === 'eraseDocumentObjects')).toHaveLength(13);
    const last = run.calls.filter(
      ({ name }, index) => run.calls.findLastIndex((c) => c.name === name) === index,
    );
    expectOrder(last);
    await expectDeleted(run);
  });

  it('is not stopped half way by a cancellation', async () => {
    const run = await erasureScenarios['erased-in-spite-of-a-cancellation'](bench);
    expectOrder(run.calls);
    await expectDeleted(run);
  });

  describe('its messages, version 1', () => {
    // As it was sent by another release, whatever the present types say.
    const input = readSample('document-erasure/v1/input') as unknown as DocumentErasureInput;

    it('are understood, and hand every field on to whoever needs it', async () => {
      const run = await bench.start({}, input);
      expect(await run.handle.result()).toEqual(
        expect.objectContaining(readSample('document-erasure/v1/result')),
      );
      const { orgId, documentId, runId } = input;
      expect(run.calls[0]?.input).toEqual({ orgId, documentId, runId });
    });

    it('are sent with every field that they were released with', () => {
      const [sent] = runStartOptions({
        kind: DOCUMENT_ERASURE,
        workflowId: documentErasureWorkflowId('org_1', input.subject),
        input: documentErasureInput(input, input.subject),
        attempts: 1,
        queuedForMs: 0,
        org: 'org_1',
        subject: input.subject,
      }).args;
      expect(sent).toEqual(input);
      expect(shapeOf(sent)).toEqual(shapeOf(input));
    });
  });
});

function expectOrder(calls: readonly ErasureCall[]): void {
  const names = calls.map(({ name }) => name);
  expect(names.slice(0, 3)).toEqual(IN_ORDER);
  expect(names.slice(3, 5).sort()).toEqual(BESIDE_EACH_OTHER);
  expect(names.slice(5)).toEqual(['completeErasure']);
}

async function expectDeleted(run: PlayedErasure): Promise<void> {
  const { typedSearchAttributes, status } = await run.handle.describe();
  expect(typedSearchAttributes.get(searchAttributes.state)).toBe('deleted');
  expect(status.name).toBe('COMPLETED');
}
