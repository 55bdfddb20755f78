/** How a Temporal execution closed that its own code may not have had a word in. */
export type CloseStatus = 'failed' | 'cancelled' | 'terminated' | 'timed_out';

/** One Temporal execution of a workflow, as Temporal tells it. */
export interface Execution {
  workflowId: string;
  temporalRunId: string;
  /** `completed` stands for every close that its own code decided and wrote down: also continued-as-new. */
  status: CloseStatus | 'running' | 'completed';
  startedAt: Date;
  closedAt: Date | null;
  /** Null where Temporal does not say. */
  workerBuild: string | null;
}

/** An execution that closed otherwise than by completing. */
export interface ClosedExecution extends Execution {
  status: CloseStatus;
  closedAt: Date;
  /** Public id of the organisation, from the search attribute; null where there is none. */
  org: string | null;
}

/** What an end means for the rows of a run: what its own code would have written. */
export interface ExecutionEnd {
  status: CloseStatus;
  code: string;
  message: string;
  closedAt: Date | null;
}
