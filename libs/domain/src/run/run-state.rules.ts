/** The states of a run: a piece of work as users see it, whatever its kind. */
export const RUN_STATES = [
  'queued',
  'running',
  'waiting',
  'succeeded',
  'failed',
  'cancelled',
  'terminated',
] as const;
export type RunState = (typeof RUN_STATES)[number];

export function runHasEnded(state: RunState): boolean {
  return !['queued', 'running', 'waiting'].includes(state);
}

/** What a line of a run's readable history says about the attempt it is about. */
export type StepOutcome = 'started' | 'succeeded' | 'failed' | 'retrying' | 'waiting' | 'skipped';
