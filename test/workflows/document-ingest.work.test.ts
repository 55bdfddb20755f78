import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IngestBench } from './support/ingest-bench.ts';
import { namesOf, scenarios } from './support/scenarios.ts';

describe('documentIngest', () => {
  let bench: IngestBench;
  beforeAll(async () => {
    bench = await IngestBench.open();
  }, 60_000);
  afterAll(() => bench.close(), 60_000);

  it('repeats what fails for reasons of the surroundings, remote and local, until it works', async () => {
    const run = await scenarios['indexed-after-transient-failures'](bench);
    expect(run.ending.kind).toBe('completed');
    expect(run.calls.map(({ name, attempt }) => `${name} ${attempt}`)).toEqual([
      ...[1, 2, 3, 4].map((attempt) => `readContent ${attempt}`),
      ...[1, 2, 3].map((attempt) => `indexContent ${attempt}`),
    ]);
  });

  it('embeds missing vectors in rounds until none is missing, then indexes', async () => {
    const run = await scenarios['indexed-in-embedding-rounds'](bench);
    expect(run.ending).toMatchObject({ result: { chunkCount: 2_500 } });
    expect(namesOf(run)).toEqual([
      'readContent',
      ...Array<string>(3).fill('embedContentChunks'),
      'indexContent',
    ]);
    for (const { input } of run.calls.slice(1)) expect(input).toMatchObject({ fencingToken: 7 });
  });

  it('reads again when another run took the content over, and indexes under its new token', async () => {
    const run = await scenarios['indexed-after-superseded'](bench);
    expect(run.ending.kind).toBe('completed');
    expect(namesOf(run)).toEqual(['readContent', 'indexContent', 'readContent', 'indexContent']);
    expect(run.calls.at(-1)?.input).toMatchObject({ fencingToken: 2 });
  });

  it('tells every activity whose run of which version it is, and nothing of the file', async () => {
    const run = await scenarios['indexed-in-embedding-rounds'](bench);
    const { orgId, documentId, versionId, version, runId } = run.input;
    const subject = { orgId, documentId, versionId, version, runId };
    for (const { input } of run.calls) expect(input).toMatchObject(subject);
    expect(run.calls[0]?.input).toEqual(subject);
  });

  it('carries request id and traceparent from the start to remote and local activities', async () => {
    const request = {
      requestId: 'request-of-a-test',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    };
    const run = await bench.start({ uploaded: true, request });
    await run.handle.result();
    expect(run.calls.map(({ name, isLocal }) => [name, isLocal])).toEqual([
      ['readContent', false],
      ['indexContent', true],
    ]);
    for (const { log } of run.calls) {
      expect(log).toMatchObject({ ...request, traceId: '0af7651916cd43dd8448eb211c80319c' });
    }
    expect(bench.ended).toContainEqual(expect.objectContaining({ trace: request, failure: null }));
  });

  it('adds no header of its own to a start without a request', async () => {
    const run = await scenarios['indexed-inline'](bench);
    for (const { log } of run.calls) expect(log).not.toHaveProperty('requestId');
  });
});
