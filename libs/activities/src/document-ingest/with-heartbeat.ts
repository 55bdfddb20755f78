import { Context } from '@temporalio/activity';

/** Well below the heartbeat time-outs of the workflow, so that a slow second is no lost worker. */
const HEARTBEAT_MS = 1_000;

/**
 * Runs an activity's work with a heartbeat beneath it. A dead worker is noticed by its absence, and a cancellation
 * arrives with its answer: the work is not waited for then, and whatever it still writes is fenced off.
 */
export async function withHeartbeat<T>(work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(), HEARTBEAT_MS);
  try {
    return await Promise.race([work(), context.cancelled]);
  } finally {
    clearInterval(timer);
  }
}
