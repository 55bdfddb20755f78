import { describe, expect, it } from '@jest/globals';
import { mergeLogs, parseLog, timeOf } from '../../../tools/stack/log-lines.ts';

const line = (ts: string | number, message: string): string => JSON.stringify({ ts, message });
const texts = (logs: readonly { text: string }[]): string[] => logs.map(({ text }) => text);

describe('timeOf', () => {
  it('reads the moment of a line, written as text or as a number', () => {
    const at = Date.UTC(2026, 2, 4, 5, 6, 7, 89);
    expect(timeOf('{"level":"info","ts":"2026-03-04T05:06:07.089Z"}')).toBe(at);
    expect(timeOf('{"ts":"2026-03-04T07:06:07.089+02:00"}')).toBe(at);
    expect(timeOf(`{"ts":${at}}`)).toBe(at);
  });

  it.each([
    '    at main (file.ts:1:2)',
    '',
    '{"ts":"2026-03-04T05:0',
    '{"time":"2026-03-04T05:06:07Z"}',
    '{"ts":"soon"}',
    '{"ts":null}',
    '["ts"]',
    '2026-03-04T05:06:07Z text',
  ])('is unknown for %j', (text) => {
    expect(timeOf(text)).toBeUndefined();
  });
});

describe('parseLog', () => {
  it('keeps every line but empty ones, with its source', () => {
    expect(parseLog('api', `${line(5, 'a')}\n\nplain\n`)).toEqual([
      { source: 'api', at: 5, text: line(5, 'a') },
      { source: 'api', at: 5, text: 'plain' },
    ]);
    expect(parseLog('api', '')).toEqual([]);
  });

  it('counts a line without a time to the one before it, and to the beginning where there is none', () => {
    const log = parseLog(
      'api',
      ['first words', line(9, 'failed'), '    at main', '    at node', line(12, 'b')].join('\n'),
    );
    expect(log.map(({ at }) => at)).toEqual([0, 9, 9, 9, 12]);
  });
});

describe('mergeLogs', () => {
  it('puts lines of several logs in the order of time', () => {
    const api = parseLog('api', [line(1, 'a'), line(4, 'd')].join('\n'));
    const worker = parseLog('worker', [line(2, 'b'), line(3, 'c')].join('\n'));
    const expected = [line(1, 'a'), line(2, 'b'), line(3, 'c'), line(4, 'd')];
    expect(texts(mergeLogs([worker, api]))).toEqual(expected);
  });

  it('does not tear a stack trace apart, nor reorder lines of one moment', () => {
    const api = parseLog('api', [line(7, 'one'), '  at one', line(7, 'two'), '  at two'].join('\n'));
    const worker = parseLog('worker', [line(7, 'w'), '  at w'].join('\n'));
    expect(texts(mergeLogs([api, worker]))).toEqual([...texts(api), ...texts(worker)]);
  });

  it('leaves the logs it was given as they were', () => {
    const api = parseLog('api', line(2, 'b'));
    const worker = parseLog('worker', line(1, 'a'));
    const logs = [api, worker];
    mergeLogs(logs);
    expect(logs).toEqual([parseLog('api', line(2, 'b')), parseLog('worker', line(1, 'a'))]);
  });
});
