import { describe, expect, it } from '@jest/globals';
import { joinedLines } from '../../../tools/stack/joined-lines.ts';
import { parseLog } from '../../../tools/stack/log-lines.ts';

const line = (msg: string, ctx: Record<string, string>): string => JSON.stringify({ ts: 1, msg, ctx });

const LOG = parseLog(
  'api',
  [
    line('announced', { requestId: 'r1', traceId: 't1', org: 'org_1' }),
    line('run begun', { requestId: 'r1', traceId: 't1', runId: 'run_1', workflowId: 'ingest:org_1:doc_1' }),
    line('put', { requestId: 'r2', traceId: 't1', org: 'org_1' }),
    line('attempt', { workflowId: 'ingest:org_1:doc_1', activity: 'readContent' }),
    line('other', { requestId: 'r3', traceId: 't3', org: 'org_1' }),
    line('swept', { requestId: 'r4', workflowId: 'sweep-2026' }),
    line('swept too', { runId: 'run_1', workflowId: 'sweep-2026' }),
    'Error: plain text about r3',
  ].join('\n'),
);

const found = (id: string): string[] =>
  joinedLines(LOG, id).map(({ text }) =>
    text.startsWith('{') ? (JSON.parse(text) as { msg: string }).msg : text,
  );

describe('the lines that belong to an id', () => {
  const whole = ['announced', 'run begun', 'put', 'attempt', 'swept too'];

  it.each(['r1', 'r2', 't1', 'run_1', 'ingest:org_1:doc_1', 'doc_1'])(
    'are all of the same work, whichever of its ids is asked for: %s',
    (id) => {
      expect(found(id)).toEqual(whole);
    },
  );

  it('do not go on through what many pieces of work share: an organisation, or the sweep', () => {
    expect(found('r4')).toEqual(['swept']);
    expect(found('r3')).toEqual(['other', 'Error: plain text about r3']);
    expect(found('sweep-2026')).toEqual(['swept', 'swept too']);
  });

  it('are none for an id that nobody wrote', () => {
    expect(found('nobody')).toEqual([]);
  });
});
