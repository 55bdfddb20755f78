import { describeDeployment } from '@docket/platform/temporal/deployment';
import { checkReadiness, type ReadinessReport } from '@docket/platform/health/readiness';
import type { NativeConnection, Worker } from '@temporalio/worker';
import type { Composition } from './composition.js';

/**
 * What `/ready` says: every dependency, the pollers, this build and the one that new runs go to, and when this
 * installation last indexed something. A worker of another build than the current one is ready: it finishes what is
 * pinned to it.
 */
export async function readinessOf(
  workers: ReadonlyMap<string, Worker>,
  connection: NativeConnection,
  parts: Pick<Composition, 'system' | 'storage'>,
  build: { namespace: string; buildId: string },
): Promise<ReadinessReport & Record<string, unknown>> {
  let lastIndexedAt: string | null = null;
  let currentBuild: string | null = null;
  const report = await checkReadiness([
    {
      name: 'postgres',
      check: async () => {
        lastIndexedAt = (await parts.system.lastIndexedAt())?.toISOString() ?? null;
      },
    },
    {
      name: 'temporal',
      check: async () => {
        const deployment = await describeDeployment(connection.workflowService, build.namespace);
        currentBuild = deployment ? deployment.currentBuild : build.buildId;
      },
    },
    { name: 'storage', check: () => parts.storage.check() },
    ...[...workers].map(([queue, worker]) => ({
      name: `pollers:${queue}`,
      check: async () => {
        const { runState } = worker.getStatus();
        if (runState !== 'RUNNING') throw new Error(`the worker is ${runState}`);
        return { runState };
      },
    })),
  ]);
  return { ...report, buildId: build.buildId, currentBuild, lastIndexedAt };
}
