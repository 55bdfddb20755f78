import { QUEUES } from '@docket/domain/run/queues-rules';
import type { WorkflowEnd } from '@docket/domain/trace/rules';
import { createLogger } from '@docket/platform/logging/logger';
import { ActivityInterceptor } from '@docket/platform/temporal/activity-interceptor';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type WorkerOptions } from '@temporalio/worker';
import { join } from 'node:path';
import { TEST_NAMESPACE } from '../../support/temporal-test-server.ts';

/** What ships: the worker loads this file. */
export const WORKFLOW_BUNDLE = join(import.meta.dirname, '../../../apps/worker/dist/bundle/workflows.js');

/** Activities by the queue that they are asked for on. */
type BenchActivities = { main: object } & Partial<Record<'parse' | 'model', object>>;

/** Workers on a bench's server: the shipped stories on the queue `main`, and activities in the place of the shipped ones. */
export class BenchWorkers {
  readonly #workers: readonly Worker[];
  readonly #running: Promise<unknown>;

  private constructor(workers: readonly Worker[]) {
    this.#workers = workers;
    this.#running = Promise.all(workers.map((worker) => worker.run()));
  }

  /** @param onEnded is told what workflows tell when they have ended */
  static async start(
    { nativeConnection }: TestWorkflowEnvironment,
    { main, ...others }: BenchActivities,
    onEnded: (end: WorkflowEnd) => void = () => undefined,
  ): Promise<BenchWorkers> {
    const logger = createLogger('silent', 'worker');
    const common = {
      connection: nativeConnection,
      namespace: TEST_NAMESPACE,
      // A cancellation comes with the answer to a heartbeat; they are held back by default.
      maxHeartbeatThrottleInterval: '50ms',
      interceptors: { activity: [(context) => ({ inbound: new ActivityInterceptor(context, logger) })] },
    } satisfies Partial<WorkerOptions>;
    const stories = {
      workflowBundle: { codePath: WORKFLOW_BUNDLE },
      sinks: { tracing: { ended: { fn: (_: unknown, end: unknown) => onEnded(end as WorkflowEnd) } } },
    };
    const workers = [
      await Worker.create({ ...common, ...stories, taskQueue: QUEUES.main, activities: main }),
    ];
    for (const [queue, activities] of Object.entries(others))
      workers.push(await Worker.create({ ...common, taskQueue: queue, activities }));
    return new BenchWorkers(workers);
  }

  /** Resolves when what they have in hand is done. */
  async stop(): Promise<void> {
    for (const worker of this.#workers) worker.shutdown();
    await this.#running;
  }
}
