import type { RunEventTable } from '@docket/db/tables/run';
import { describe, expect, it } from '@jest/globals';
import { historyLines, shownDetail } from '../../src/runs/history-line.js';

function event(told: Partial<RunEventTable>): RunEventTable {
  return {
    ...{ orgId: 'o', runId: 'r', id: 1, at: new Date(0), step: 'parse', what: 'Parsed', attempt: 1 },
    ...{ durationMs: null, outcome: 'succeeded', detail: {} },
    ...told,
  };
}

describe('a line of history', () => {
  it('says how long an upload was waited for, which attempt did it after what, and how long it took', () => {
    const lines = historyLines([
      event({ step: 'receive', what: 'Received 130 bytes', durationMs: 12_000 }),
      event({ step: 'parse', attempt: 1, outcome: 'retrying', detail: { reason: 'TimeoutError' } }),
      event({ step: 'parse', attempt: 2, what: 'Parsed as markdown', durationMs: 3_130 }),
      event({ step: 'index', what: 'Searchable with 1 passage', durationMs: 3 }),
    ]);
    expect(lines).toEqual([
      'Waited 12 s for the upload. Received 130 bytes',
      'Parsing, attempt 1 failed: a time-out',
      'Parsing, attempt 2 after a time-out, 3.1 s: Parsed as markdown',
      'Indexing, 3 ms: Searchable with 1 passage',
    ]);
  });

  it('leaves an end, a wait and a step without a duration in their own words', () => {
    const lines = historyLines([
      event({
        outcome: 'failed',
        what: 'The document is encrypted.',
        detail: { code: 'document.encrypted' },
      }),
      event({ outcome: 'waiting', step: 'ask', what: 'Waiting for the model: it is overloaded' }),
      event({ step: 'act', what: 'Done: 3 acted on' }),
    ]);
    expect(lines).toEqual([
      'The document is encrypted.',
      'Waiting for the model: it is overloaded',
      'Act: Done: 3 acted on',
    ]);
  });

  it.each([
    [130, '130 ms'],
    [9_960, '10.0 s'],
    [61_000, '61 s'],
    [3_600_000, '60 min'],
  ])('tells %d ms as %s', (durationMs, words) => {
    expect(historyLines([event({ durationMs })])[0]).toBe(`Parsing, ${words}: Parsed`);
  });

  it.each(['QueryFailedError', 'PgInternalSomething', 'constructor'])(
    'shows nothing of the platform, such as the name of an error: %s',
    (reason) => {
      const retrying = event({ outcome: 'retrying', detail: { reason, code: 'c' } });
      expect(`${historyLines([retrying])[0]}${JSON.stringify(shownDetail(retrying.detail))}`).not.toContain(
        reason,
      );
      expect(shownDetail(retrying.detail)).toMatchObject({ code: 'c' });
    },
  );
});
