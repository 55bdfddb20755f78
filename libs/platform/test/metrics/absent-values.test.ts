import { meter, startMetrics } from '@docket/platform/metrics';
import { expect, it } from '@jest/globals';

it('a gauge says nothing any longer of what it does not observe any longer', async () => {
  const metrics = startMetrics();
  const observed = new Map([
    ['queued', 600],
    ['failed', 3],
  ]);
  meter()
    .createObservableGauge('docket_test_gauge')
    .addCallback((result) => {
      for (const [state, value] of observed) result.observe(value, { state });
    });
  const counter = meter().createCounter('docket_test_total');
  counter.add(2, { state: 'ended' });
  expect(await metrics.render()).toContain('docket_test_gauge{state="queued"} 600');
  observed.delete('queued');
  const later = await metrics.render();
  expect(later).toContain('docket_test_gauge{state="failed"} 3');
  expect(later).not.toContain('queued');
  observed.clear();
  expect(await metrics.render()).not.toMatch(/^docket_test_gauge/m);
  // What is counted is never forgotten.
  counter.add(1, { state: 'ended' });
  expect(await metrics.render()).toContain('docket_test_total{state="ended"} 3');
});
