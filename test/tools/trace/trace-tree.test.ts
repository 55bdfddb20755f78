import { expect, it } from '@jest/globals';
import type { ReceivedSpan } from '../../../tools/trace/otlp-spans.ts';
import { traceTree } from '../../../tools/trace/trace-tree.ts';

const span = (id: string, parent: string, at: number, changes: Partial<ReceivedSpan> = {}): ReceivedSpan => ({
  ...{ traceId: 't', spanId: id, parentSpanId: parent, name: id, kind: 1, service: 'api', version: '1' },
  ...{ attributes: {}, startMs: at, endMs: at + 10, isError: false, ...changes },
});

it('a trace is shown as a tree by time, statements as a sum, failures with their code and category', () => {
  const failed = { 'error.type': 'document.empty', 'docket.error.category': 'input' };
  const statement = { attributes: { 'db.system.name': 'postgresql' } };
  const lines = traceTree([
    span('late', 'root', 30, { isError: true, attributes: failed }),
    span('root', 'caller', 0),
    span('early', 'root', 20),
    span('one', 'root', 1, statement),
    span('two', 'root', 11, statement),
    span('below', 'early', 21, { service: 'worker' }),
  ]);
  expect(lines).toEqual([
    'api           root  10.0 ms',
    'api             2 statements  20.0 ms',
    'api             early  10.0 ms',
    'worker            below  10.0 ms',
    'api             late  10.0 ms  document.empty (input)',
  ]);
});
