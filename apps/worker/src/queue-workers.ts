import { QUEUES, type QueueName } from '@docket/domain/run/queues-rules';
import type { Logger } from '@docket/platform/logging/logger';
import { workflowObserver } from '@docket/platform/metrics/workflows';
import { ActivityInterceptor } from '@docket/platform/temporal/activity-interceptor';
import { traceIdOf, type WorkflowEnd } from '@docket/domain/trace/rules';
import { recordWorkflow } from '@docket/platform/tracing/workflow-spans';
import { Worker, type InjectedSinks, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import type { Composition } from './composition.js';
import { WORKFLOW_BUNDLE_PATH } from './workflow-bundle.js';
import type { WorkerConfig } from './worker-config.js';
import { WORKER_DEPLOYMENT } from '@docket/platform/temporal/deployment';

/**
 * Idle workflows kept in memory, so that their next task needs no replay. One costs about 100 kB; a thousand waiting
 * uploads stay warm, and more are replayed from their short histories.
 */
const CACHED_WORKFLOWS = 600;

/** Short remote activities on the main queue, each one or two small queries. */
const MAIN_ACTIVITIES = 20;

/** How often a beating activity is heard by the server: a cancelled parse ends within two seconds. */
const HEARTBEAT_EVERY = '1s';

/** What workflows tell when they have ended, for each request that they worked for. Not in a replay: it was told before. */
function endings(logger: Logger): InjectedSinks<{ tracing: { ended(end: WorkflowEnd): void } }> {
  const observe = workflowObserver();
  return {
    tracing: {
      ended: {
        fn({ workflowType, workflowId, runId: temporalRunId }, end) {
          recordWorkflow({ workflowType, workflowId, temporalRunId }, end);
          const { requestId, traceparent } = end.trace;
          const traceId = traceIdOf(traceparent);
          const tookMs = end.endedAtMs - end.begunAtMs;
          observe(workflowType, tookMs, end.failure);
          logger.info(
            {
              kind: workflowType,
              workflowId,
              requestId,
              ...(traceId && { traceId }),
              tookMs,
              failure: end.failure,
            },
            'workflow ended',
          );
        },
        callDuringReplay: false,
      },
    },
  };
}

/** A worker for one queue, with as many slots as that kind of work can use. */
export async function createQueueWorker(
  queue: QueueName,
  connection: NativeConnection,
  config: WorkerConfig & { buildId: string },
  parts: Pick<Composition, 'activities'>,
  logger: Logger,
): Promise<Worker> {
  // Short ones and local ones belong to the main queue; only what is named here lies on another.
  const { readContent, embedContentChunks, askModel, embedMissingVectors, ...others } = parts.activities;
  const { submitMessageBatch, collectMessageBatches, attemptWebhookDelivery, ...main } = others;
  const common = {
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue: QUEUES[queue],
    workerDeploymentOptions: {
      version: { deploymentName: WORKER_DEPLOYMENT, buildId: config.buildId },
      useWorkerVersioning: true,
      // Each workflow says for itself what fits it; one that forgot goes on with what is current.
      defaultVersioningBehavior: 'AUTO_UPGRADE',
    },
    shutdownGraceTime: `${config.WORKER_SHUTDOWN_SECONDS}s`,
    // A cancellation comes with the answer to a heartbeat. By default the SDK sends one in 0.8 of the time-out.
    maxHeartbeatThrottleInterval: HEARTBEAT_EVERY,
    interceptors: {
      activity: [(context) => ({ inbound: new ActivityInterceptor(context, logger) })],
    },
  } satisfies WorkerOptions;
  switch (queue) {
    case 'main':
      return Worker.create({
        ...common,
        workflowBundle: { codePath: WORKFLOW_BUNDLE_PATH },
        activities: main,
        sinks: endings(logger),
        maxConcurrentWorkflowTaskExecutions: config.WORKFLOW_TASKS_MAX,
        maxConcurrentLocalActivityExecutions: config.LOCAL_ACTIVITIES_MAX,
        maxConcurrentActivityTaskExecutions: MAIN_ACTIVITIES,
        maxCachedWorkflows: CACHED_WORKFLOWS,
      });
    case 'parse':
      return Worker.create({
        ...common,
        activities: { readContent },
        // Twice the children: files are read, hashed and stored while others are parsed.
        maxConcurrentActivityTaskExecutions: config.PARSE_SLOTS * 2,
      });
    case 'model':
      return Worker.create({
        ...common,
        activities: {
          embedContentChunks,
          askModel,
          embedMissingVectors,
          submitMessageBatch,
          collectMessageBatches,
          attemptWebhookDelivery,
        },
        maxConcurrentActivityTaskExecutions: config.MODEL_SLOTS,
      });
  }
}
