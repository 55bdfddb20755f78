import { AsyncLocalStorage } from 'node:async_hooks';

/** What every log line of the present piece of work carries in its `ctx`. */
export interface LogContext {
  requestId?: string;
  traceId?: string;
  traceparent?: string;
  org?: string;
  /** Who asks: the public id of a key or person, or `operator`. */
  caller?: string;
  workflowId?: string;
  runId?: string;
  activity?: string;
  /** What was wrong with a request, once that is known. */
  errorCode?: string;
  errorCategory?: string;
}

const storage = new AsyncLocalStorage<LogContext>();

/** Runs `work` with `context` added to what is already known. */
export function withLogContext<T>(context: LogContext, work: () => T): T {
  return storage.run({ ...storage.getStore(), ...context }, work);
}

/** Adds to the context of the work under way, for what is learned on the way, such as the caller's org. */
export function addToLogContext(context: LogContext): void {
  const current = storage.getStore();
  if (current) Object.assign(current, context);
}

export function currentLogContext(): Readonly<LogContext> {
  return storage.getStore() ?? {};
}
