import type { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';

/** Every worker of an installation belongs to this one worker deployment, whichever queues it polls. */
export const WORKER_DEPLOYMENT = 'docket';

/** Between two looks at whether the new build's workers poll already. */
const POLL_MS = 200;

/** gRPC statuses by which Temporal says that something is not so yet, or that it cannot do this at all. */
const GRPC = { notFound: 5, failedPrecondition: 9, unimplemented: 12 } as const;

const { ROUTING_CONFIG_UPDATE_STATE_IN_PROGRESS: IN_PROGRESS } =
  proto.temporal.api.enums.v1.RoutingConfigUpdateState;

/** What Temporal knows of the builds of this installation. */
export interface WorkerDeployment {
  /** The build that new runs are given to; null before the first promotion. */
  currentBuild: string | null;
  /** The build that a share of the new runs is given to instead, in percent. */
  ramp: { build: string; percent: number } | null;
  /** Every build that is known, newest first. */
  builds: readonly KnownBuild[];
}

export interface KnownBuild {
  buildId: string;
  /** `draining` still has open runs that are pinned to it; without workers these stand still. */
  state: 'inactive' | 'current' | 'ramping' | 'draining' | 'drained';
  /** When it was last the current one; null when it never was. */
  lastCurrentAt: Date | null;
}

type WorkflowService = Pick<Connection, 'workflowService'>['workflowService'];

/** Raised when no worker of a build polls every queue that the present one polls, in the time it was given. */
export class BuildNotPolling extends Error {
  override readonly name = 'BuildNotPolling';
}

/** Null where the server knows no deployments. */
export async function describeDeployment(
  workflowService: Pick<WorkflowService, 'describeWorkerDeployment'>,
  namespace: string,
): Promise<WorkerDeployment | null> {
  try {
    const { workerDeploymentInfo } = await workflowService.describeWorkerDeployment({
      namespace,
      deploymentName: WORKER_DEPLOYMENT,
    });
    return toDeployment(workerDeploymentInfo ?? {});
  } catch (error) {
    if (hasCode(error, GRPC.notFound)) return { currentBuild: null, ramp: null, builds: [] };
    if (hasCode(error, GRPC.unimplemented)) return null;
    throw error;
  }
}

type Info = NonNullable<
  Awaited<ReturnType<WorkflowService['describeWorkerDeployment']>>['workerDeploymentInfo']
>;

function toDeployment({ routingConfig, versionSummaries }: Info): WorkerDeployment {
  const ramping = routingConfig?.rampingDeploymentVersion?.buildId;
  return {
    currentBuild: routingConfig?.currentDeploymentVersion?.buildId ?? null,
    ramp: ramping ? { build: ramping, percent: routingConfig.rampingVersionPercentage ?? 0 } : null,
    builds: (versionSummaries ?? []).flatMap(toKnownBuild),
  };
}

/** By Temporal's number of the status; what was only created has no worker yet, and gets no work. */
const STATES: readonly KnownBuild['state'][] = [
  'inactive',
  'inactive',
  'current',
  'ramping',
  'draining',
  'drained',
  'inactive',
];

function toKnownBuild({
  deploymentVersion,
  status,
  lastCurrentTime,
}: NonNullable<Info['versionSummaries']>[number]): KnownBuild[] {
  if (!deploymentVersion?.buildId) return [];
  const seconds = lastCurrentTime?.seconds;
  return [
    {
      buildId: deploymentVersion.buildId,
      state: STATES[status ?? 0] ?? 'inactive',
      lastCurrentAt: seconds ? new Date(Number(seconds) * 1_000) : null,
    },
  ];
}

/** Which build gets runs, and how long its workers have to show up. */
export interface Promotion {
  namespace: string;
  buildId: string;
  withinMs: number;
}

/**
 * Gives new runs, and open ones that are not pinned to a build, to this build, as soon as its workers poll every queue
 * that the current build's workers poll; resolves when every queue knows. It ends a ramp of this build. Repeatable. Returns false on a server that knows no
 * worker deployments (the Temporal test server), where every worker gets work anyway.
 *
 * @throws BuildNotPolling when the time is up before its workers are there
 */
export async function promoteBuild(
  { workflowService }: Pick<Connection, 'workflowService'>,
  promotion: Promotion,
): Promise<boolean> {
  const { namespace, buildId } = promotion;
  return whenItPolls(workflowService, promotion, () =>
    workflowService.setWorkerDeploymentCurrentVersion({
      namespace,
      deploymentName: WORKER_DEPLOYMENT,
      buildId,
    }),
  );
}

/**
 * Gives a share of the new runs to this build, as {@link promoteBuild} gives all of them; the rest goes on with the current
 * one.
 *
 * @param percent 1 to 100
 * @throws BuildNotPolling when the time is up before its workers are there
 */
export async function rampBuild(
  { workflowService }: Pick<Connection, 'workflowService'>,
  promotion: Promotion & { percent: number },
): Promise<boolean> {
  const { namespace, buildId, percent } = promotion;
  return whenItPolls(workflowService, promotion, () =>
    workflowService.setWorkerDeploymentRampingVersion({
      namespace,
      deploymentName: WORKER_DEPLOYMENT,
      buildId,
      percentage: percent,
    }),
  );
}

/** Every new run goes to the current build again. Repeatable. */
export async function endRamp(
  { workflowService }: Pick<Connection, 'workflowService'>,
  namespace: string,
): Promise<void> {
  await workflowService.setWorkerDeploymentRampingVersion({
    namespace,
    deploymentName: WORKER_DEPLOYMENT,
    buildId: '',
    percentage: 0,
  });
}

async function whenItPolls(
  workflowService: WorkflowService,
  { namespace, buildId, withinMs }: Promotion,
  change: () => Promise<unknown>,
): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      await change();
      await untilQueuesKnow(workflowService, namespace, deadline);
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
 * The server tells its queues in the background: a run that is started at once may still be given to the build before. One
 * that is not done by the deadline will be; older servers do not say.
 */
async function untilQueuesKnow(
  workflowService: Pick<WorkflowService, 'describeWorkerDeployment'>,
  namespace: string,
  deadline: number,
): Promise<void> {
  for (;;) {
    const { workerDeploymentInfo } = await workflowService.describeWorkerDeployment({
      namespace,
      deploymentName: WORKER_DEPLOYMENT,
    });
    const state = workerDeploymentInfo?.routingConfigUpdateState;
    if (state !== IN_PROGRESS || Date.now() > deadline) return;
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
  const others = (deployment?.builds ?? [])
    .map((build) => build.buildId)
    .filter((build) => build !== buildId);
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
