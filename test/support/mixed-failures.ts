import { expect } from '@jest/globals';
import type { EndToEnd } from '../end-to-end/support/environment.ts';
import { injectFailures, WAYS_TO_FAIL } from './injected-failures.ts';
import { until } from './until.ts';

interface Failures {
  data: { kind: string; errorCode: string; count: number; nextRetryAt: string | null; category: string }[];
}

interface Batch {
  state: string;
  counts: Record<'total' | 'pending' | 'done' | 'unchanged' | 'refused' | 'skipped', number>;
  runs: Partial<Record<string, number>>;
  refusals: { code: string; count: number }[];
}

/** People who press the same button at once. */
const CLICKS = 5;

/**
 * Many failures of many codes: listed, counted right, retried by filter from several hands at once with progress that adds up,
 * each once; in the end everything has ended.
 */
export async function expectMixedFailuresComeBack(
  on: EndToEnd,
  { count, withinMs }: { count: number; withinMs: number },
): Promise<void> {
  await injectFailures(on, count);
  const expected = expectedCounts(count);
  const { data } = (await on.docket.request<Failures>('GET', '/v1/failures')).body;
  expect(
    Object.fromEntries(data.map(({ kind, errorCode, count: n }) => [`${kind} ${errorCode}`, n])),
  ).toEqual(expected);
  const { total } = (
    await on.docket.request<{ total: number }>('POST', '/v1/run-batches', {
      action: 'retry',
      filter: {},
      dryRun: true,
    })
  ).body;
  expect(total).toBe(count);

  const ids = await Promise.all(Array.from({ length: CLICKS }, () => retryEverything(on)));
  const batches = await Promise.all(ids.map((id) => followed(on, id, count, withinMs)));
  const retryable = WAYS_TO_FAIL.filter(({ isRetryable }) => isRetryable);
  const retried = sum(retryable.map(({ kind, code }) => expected[`${kind} ${code}`] ?? 0));
  expect(sum(batches.map(({ counts }) => counts.done))).toBe(retried);

  await until('every run has ended', async () => (await openRuns(on)) === 0, withinMs);
  const after = (await on.docket.request<Failures>('GET', '/v1/failures')).body.data;
  expect(sum(after.map(({ count: n }) => n))).toBe(count - retried);
  expect(after.map(({ errorCode }) => errorCode).sort()).toEqual(
    WAYS_TO_FAIL.filter(({ isRetryable }) => !isRetryable)
      .map(({ code }) => code)
      .sort(),
  );
  // One effect of all the clicks: every run that came back was begun exactly once more.
  const attempts = await on.stack.database.asAdmin<{ attempts: number; state: string; n: number }>(
    `select attempts, state, count(*)::integer as n from runs where subject_kind <> 'batch' group by 1, 2 order by 1`,
  );
  expect(attempts).toEqual([
    { attempts: 1, state: 'failed', n: count - retried },
    { attempts: 2, state: 'succeeded', n: retried },
  ]);
}

function expectedCounts(count: number): Record<string, number> {
  return Object.fromEntries(
    WAYS_TO_FAIL.map(({ kind, code }, way) => [
      `${kind} ${code}`,
      Math.floor((count - way - 1) / WAYS_TO_FAIL.length) + 1,
    ]),
  );
}

async function retryEverything(on: EndToEnd): Promise<string> {
  const body = { action: 'retry', filter: {} };
  return (await on.docket.request<{ id: string }>('POST', '/v1/run-batches', body)).body.id;
}

/** Waits for a batch's end, and holds at each look that its counts add up. */
async function followed(on: EndToEnd, id: string, most: number, withinMs: number): Promise<Batch> {
  let batch = await readBatch(on, id);
  let last = 0;
  await until(
    `batch ${id} has ended`,
    async () => {
      batch = await readBatch(on, id);
      const { total, pending, done, unchanged, refused, skipped } = batch.counts;
      expect(pending + done + unchanged + refused + skipped).toBe(total);
      expect(total).toBeLessThanOrEqual(most);
      expect(total - pending).toBeGreaterThanOrEqual(last);
      last = total - pending;
      return batch.state === 'succeeded';
    },
    withinMs,
  );
  const { counts, refusals } = batch;
  expect(counts.pending).toBe(0);
  expect(sum(refusals.map(({ count }) => count))).toBe(counts.refused);
  return batch;
}

async function readBatch(on: EndToEnd, id: string): Promise<Batch> {
  return (await on.docket.request<Batch>('GET', `/v1/run-batches/${id}`)).body;
}

async function openRuns(on: EndToEnd): Promise<number> {
  const [row] = await on.stack.database.asAdmin<{ n: number }>(
    `select count(*)::integer as n from runs where state in ('queued', 'running', 'waiting')`,
  );
  return row?.n ?? 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
