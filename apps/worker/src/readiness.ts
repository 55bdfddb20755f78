import { checkReadiness, type ReadinessReport } from '@docket/platform/health/readiness';
import type { NativeConnection, Worker } from '@temporalio/worker';
import type { Composition } from './composition.js';

/** What `/ready` says: every dependency, the pollers, the build, and when this installation last indexed something. */
export async function readinessOf(
  workers: ReadonlyMap<string, Worker>,
  connection: NativeConnection,
  parts: Pick<Composition, 'system' | 'storage'>,
  buildId: string,
): Promise<ReadinessReport & Record<string, unknown>> {
  let lastIndexedAt: string | null = null;
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
        await connection.workflowService.getSystemInfo({});
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
  return { ...report, buildId, lastIndexedAt };
}
