import type { Batch } from '@docket/db/batches';
import type { RunStart } from '@docket/db/runs';
import type { RunTable } from '@docket/db/tables/run';
import type { TenantDatabase } from '@docket/db/tenant-database';
import type { TakeUpRun } from '../take-up/take-up-run.js';

export interface RunBatchDependencies {
  tenants: TenantDatabase;
  /** How ended runs are taken up again, by kind. */
  takeUps: Readonly<Record<string, TakeUpRun>>;
  /** Why open runs of a kind cannot be cancelled, where they cannot. */
  notCancellable: Readonly<Record<string, string>>;
  startRun(run: RunStart): Promise<void>;
  /** Asks the workflow of an open run to end; one that has ended is left as it is. */
  cancelRun(run: RunTable): Promise<void>;
  now(): Date;
}

/** What a batch does to each of its runs, as its row says. */
export type RunBatchAct = { action: 'retry' | 'cancel' } | { action: 'rerun'; fromStep: string };

/**
 * Reads what a batch is to do from its row.
 *
 * @throws Error for a row that no release has written
 */
export function actOf({ id, spec }: Batch): RunBatchAct {
  const { action, fromStep } = spec;
  if (action === 'retry' || action === 'cancel') return { action };
  if (action === 'rerun' && typeof fromStep === 'string') return { action, fromStep };
  throw new Error(`batch ${id} has an action that is not known: ${JSON.stringify(action)}`);
}
