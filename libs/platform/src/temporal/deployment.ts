import type { Connection } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';

/** Every worker of an installation belongs to this one worker deployment, whichever queues it polls. */
export const WORKER_DEPLOYMENT = 'docket';

/** Between two looks at whether the new build's workers poll already. */
const POLL_MS = 200;

/** gRPC statuses by which Temporal says that something is not so yet, or that it cannot do this at all. */
const GRPC = { notFound: 5, failedPrecondition: 9, unimplemented: 12 } as const;

/** What Temporal knows of the builds of this installation. Null where the server knows no deployments. */
export interface WorkerDeployment {
  /** The build that new runs are given to; null before the first promotion. */
  currentBuild: string | null;
  /** Every build that is known, newest first as the server lists them. */
  builds: readonly string[];
}

type WorkflowService = Pick<Connection, 'workflowService'>['workflowService'];

/** Raised when no worker of a build polls every queue that the present one polls, in the time it was given. */
export class BuildNotPolling extends Error {
  override readonly name = 'BuildNotPolling';
}

export async function describeDeployment(
  workflowService: Pick<WorkflowService, 'describeWorkerDeployment'>,
  namespace: string,
): Promise<WorkerDeployment | null> {
  try {
    const { workerDeploymentInfo } = await workflowService.describeWorkerDeployment({
      namespace,
      deploymentName: WORKER_DEPLOYMENT,
    });
    return {
      currentBuild: workerDeploymentInfo?.routingConfig?.currentDeploymentVersion?.buildId ?? null,
      builds: (workerDeploymentInfo?.versionSummaries ?? []).flatMap(({ deploymentVersion }) =>
        deploymentVersion?.buildId ? [deploymentVersion.buildId] : [],
      ),
    };
  } catch (error) {
    if (hasCode(error, GRPC.notFound)) return { currentBuild: null, builds: [] };
    if (hasCode(error, GRPC.unimplemented)) return null;
    throw error;
  }
}

/**
 * Gives new runs, and open ones that are not pinned to a build, to this build, as soon as its workers poll every queue
 * that the current build's workers poll. Repeatable. Returns false on a server that knows no worker deployments (the
 * Temporal test server), where every worker gets work anyway.
 *
 * @throws BuildNotPolling when the time is up before its workers are there
 */
export async function promoteBuild(
  { workflowService }: Pick<Connection, 'workflowService'>,
  { namespace, buildId, withinMs }: { namespace: string; buildId: string; withinMs: number },
): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      await workflowService.setWorkerDeploymentCurrentVersion({
        namespace,
        deploymentName: WORKER_DEPLOYMENT,
        buildId,
      });
      return true;
    } catch (error) {
      if (hasCode(error, GRPC.unimplemented)) return false;
      // No worker of it has polled yet, or not on every queue.
      if (!hasCode(error, GRPC.notFound) && !hasCode(error, GRPC.failedPrecondition)) throw error;
      if (Date.now() > deadline) {
        throw new BuildNotPolling(
          `no worker of build ${buildId} polls every queue. Start it, then promote it again.`,
          { cause: error },
        );
      }
    }
    await setTimeout(POLL_MS);
  }
}

/**
 * Lets every open execution that is pinned to another build than this, the current one, go on with what is current: for
 * when the workers of the other builds are gone and their runs would wait for ever. Recorded histories of every release
 * replay on each new build, which is what makes it safe. The server does it in the background. Returns the builds that
 * were left.
 */
export async function takeOverOpenRuns(
  { workflowService }: Pick<Connection, 'workflowService'>,
  { namespace, buildId }: { namespace: string; buildId: string },
): Promise<string[]> {
  const deployment = await describeDeployment(workflowService, namespace);
  const others = (deployment?.builds ?? []).filter((build) => build !== buildId);
  for (const build of others) {
    await workflowService.startBatchOperation({
      namespace,
      jobId: randomUUID(),
      reason: `open runs of build ${build} go on with ${buildId}`,
      visibilityQuery: `ExecutionStatus = 'Running' AND TemporalWorkerDeploymentVersion = '${WORKER_DEPLOYMENT}:${build}'`,
      updateWorkflowOptionsOperation: {
        workflowExecutionOptions: {
          // Not pinned to the new build: they follow later promotions, so that they are never left behind again.
          versioningOverride: { autoUpgrade: true },
        },
        updateMask: { paths: ['versioning_override'] },
      },
    });
  }
  return others;
}

function hasCode(error: unknown, code: number): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
