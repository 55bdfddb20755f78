import { loadConfig } from '@docket/platform/config/load';
import { missingForStorage } from '@docket/platform/config/storage';
import { workerConfig } from '@docket/platform/config/worker';
import { QUEUES, type QueueName } from '@docket/domain/run/queues-rules';

export function loadWorkerConfig(environment?: NodeJS.ProcessEnv) {
  return loadConfig(workerConfig, environment, missingForStorage);
}

export type WorkerConfig = ReturnType<typeof loadWorkerConfig>;

/**
 * The queues this process polls.
 *
 * @throws Error for a name that is no queue
 */
export function queuesOf(config: Pick<WorkerConfig, 'WORKER_QUEUES'>): QueueName[] {
  const names = config.WORKER_QUEUES.split(',').map((name) => name.trim());
  return names.map((name) => {
    if (!isQueueName(name)) {
      throw new Error(`WORKER_QUEUES: ${name} is no queue; known are ${Object.keys(QUEUES).join(', ')}`);
    }
    return name;
  });
}

function isQueueName(name: string): name is QueueName {
  return Object.hasOwn(QUEUES, name);
}
