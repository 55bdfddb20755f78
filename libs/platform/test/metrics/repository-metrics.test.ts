import { createLogger } from '@docket/platform/logging/logger';
import { startMetrics } from '@docket/platform/metrics';
import { repositoryObserver } from '@docket/platform/metrics/repositories';
import { workflowObserver } from '@docket/platform/metrics/workflows';
import { describe, expect, it } from '@jest/globals';

const metrics = startMetrics();

describe('methods that read or write rows', () => {
  it('are measured by name, and logged by name alone when they are slow', async () => {
    const lines: string[] = [];
    const observe = repositoryObserver(
      createLogger('info', 'api', { write: (line) => lines.push(line) }),
      100,
    );
    observe('RunRepository.find', 20);
    observe('RunRepository.list', 130.4);
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { level: 'warn', msg: 'slow repository method', ctx: { method: 'RunRepository.list', tookMs: 130 } },
    ]);
    const text = await metrics.render();
    expect(text).toContain('docket_repository_duration_seconds_count{method="RunRepository.find"} 1');
    // Few buckets: each is a series of each method.
    expect(
      text.match(/docket_repository_duration_seconds_bucket\{method="RunRepository.find"/g),
    ).toHaveLength(7);
  });
});

describe('workflows', () => {
  it('are measured by kind and outcome, failures by whose matter they are', async () => {
    const observe = workflowObserver();
    for (const failure of [null, 'cancelled', 'document.empty', 'unknown'])
      observe('documentIngest', 1_500, failure);
    const text = await metrics.render();
    for (const outcome of ['succeeded', 'cancelled', 'input', 'bug'])
      expect(text).toContain(
        `docket_workflow_duration_seconds_count{kind="documentIngest",outcome="${outcome}"} 1`,
      );
  });
});
