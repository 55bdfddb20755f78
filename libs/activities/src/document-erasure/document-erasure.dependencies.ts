import type { ObjectStorage } from '@docket/adapters/storage';
import type { TenantDatabase } from '@docket/db/tenant-database';

/** What an erasure asks of Temporal about the executions of a document's other runs. */
export interface ExecutionRemover {
  /** Ends the open execution of a workflow, if there is one. No workflow code runs for it. */
  terminate(workflowId: string, reason: string): Promise<void>;
  /** Run ids of the executions that Temporal still keeps of a workflow, as far as the server can tell. */
  list(workflowId: string): Promise<string[]>;
  /** Removes one execution with its history; false where the server cannot. One that is not there is removed already. */
  delete(workflowId: string, temporalRunId: string): Promise<boolean>;
}

/** Everything the erasure's activities take from outside. */
export interface DocumentErasureDependencies {
  tenants: TenantDatabase;
  storage: Pick<ObjectStorage, 'head' | 'delete' | 'put'>;
  executions: ExecutionRemover;
  /** Name of this worker's build, kept with every execution it worked on. */
  workerBuild: string;
  newId(): string;
  now(): Date;
}

/** Rows read and objects deleted between two heartbeats, each a call of some milliseconds. */
export const ERASURE_BATCH = 50;
