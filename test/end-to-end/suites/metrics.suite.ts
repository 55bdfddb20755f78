import { expect, it } from '@jest/globals';
import { until } from '../../support/until.ts';
import { markdown } from '../support/documents.ts';
import type { EndToEnd } from '../support/environment.ts';

/** What dashboards and alerts read, of a worker. */
export function runMetricsSuite(on: () => EndToEnd): void {
  it('tells how many runs are open or have failed, and how old the oldest is', async () => {
    const { docket, worker } = on();
    const { runId } = await docket.announce(markdown('gauges'));
    const open = await valuesOf(worker.url, 'docket_runs');
    expect(sumOf(open, 'documentIngest')).toBeGreaterThanOrEqual(1);
    expect((await valuesOf(worker.url, 'docket_oldest_run_age_seconds')).length).toBe(open.length);
    const failedBefore = sumOf(await valuesOf(worker.url, 'docket_failed_runs'), 'documentIngest');
    await docket.request('POST', `/v1/runs/${runId}/cancel`, {});
    const wrong = { ...markdown('not a PDF'), mediaType: 'application/pdf' };
    await docket.untilEnded((await docket.upload(wrong)).documentId, 20_000);
    await until('the failure is counted', async () => {
      const failed = await valuesOf(worker.url, 'docket_failed_runs');
      return (
        // An upload that nobody makes may run out meanwhile.
        sumOf(failed, 'documentIngest') > failedBefore &&
        failed.some(({ labels }) => labels.includes('category="input"'))
      );
    });
  });
}

async function valuesOf(workerUrl: string, name: string): Promise<{ labels: string; value: number }[]> {
  const text = await (await fetch(`${workerUrl}/metrics`)).text();
  return [...text.matchAll(new RegExp(`^${name}\\{(.*)\\} ([\\d.e+]+)$`, 'gm'))].map(([, labels, value]) => ({
    labels: labels ?? '',
    value: Number(value),
  }));
}

function sumOf(values: readonly { labels: string; value: number }[], kind: string): number {
  return values
    .filter(({ labels }) => labels.includes(`kind="${kind}"`))
    .reduce((sum, { value }) => sum + value, 0);
}
