import type { RunStart } from '@docket/db/runs';
import type { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { Context } from '@temporalio/activity';

/**
 * For so long one round goes on beginning what there comes to be room for: a round costs Temporal a dozen events, and what
 * was asked of the batch is heard between two.
 */
const ROUND_MS = 5_000;
/** Between two looks for room: the fastest enrichments take as long. */
const LOOK_MS = 100;
/** Items begun side by side: each is some queries and a call to Temporal, and the worker has other work. */
const SIDE_BY_SIDE = 4;

export interface BeginNeeds {
  tenants: TenantDatabase;
  startRun(run: RunStart): Promise<void>;
}

/**
 * Begins a run for each of some items of a batch: `write` writes it with the item's outcome in one transaction, or returns
 * null where there is nothing to start; the start comes after the commit, and what cannot be started now the sweep starts.
 * `hasRoom` is false when the plan allows no more runs at once; the items behind that were not looked at. A fault of the
 * surroundings is thrown, and the round is repeated.
 */
async function beginItems(
  on: BeginNeeds,
  orgId: string,
  items: readonly string[],
  write: (tx: TenantTransaction, itemId: string) => Promise<RunStart | null>,
): Promise<{ settled: number; hasRoom: boolean }> {
  const left = [...items];
  let [settled, hasRoom] = [0, true];
  const lane = async (): Promise<void> => {
    for (let itemId = left.shift(); itemId !== undefined && hasRoom; itemId = left.shift()) {
      Context.current().heartbeat();
      const [item] = [itemId];
      if (await begin(on, orgId, (tx) => write(tx, item))) settled += 1;
      else hasRoom = false;
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane));
  return { settled, hasRoom };
}

/**
 * Begins items as `beginItems` does for as long as a round may take: `choose` names those that there is room for now, and
 * says when none is left to choose from, which ends the round.
 */
export async function beginAsRoomComes(
  on: BeginNeeds,
  orgId: string,
  choose: (tx: TenantTransaction) => Promise<{ items: readonly string[]; isLast: boolean }>,
  write: (tx: TenantTransaction, itemId: string) => Promise<RunStart | null>,
): Promise<{ settled: number; hasRoom: boolean; isLast: boolean }> {
  const context = Context.current();
  const until = performance.now() + ROUND_MS;
  let settled = 0;
  for (;;) {
    context.heartbeat();
    const { items, isLast } = await on.tenants.withTenant(orgId, choose);
    const begun = await beginItems(on, orgId, items, write);
    settled += begun.settled;
    const { hasRoom } = begun;
    if (!hasRoom || isLast || performance.now() > until) return { settled, hasRoom, isLast };
    await context.sleep(LOOK_MS);
  }
}

async function begin(
  on: BeginNeeds,
  orgId: string,
  write: (tx: TenantTransaction) => Promise<RunStart | null>,
): Promise<boolean> {
  let start: RunStart | null;
  try {
    start = await on.tenants.withTenant(orgId, write);
  } catch (error) {
    if (error instanceof DocketError && error.code === 'quota.runs_exceeded') return false;
    throw error;
  }
  if (start) await startOrLeave(on, start);
  return true;
}

/** Starts a run, or leaves it to the sweep. One that runs already is left as it is. */
export async function startOrLeave(on: BeginNeeds, start: RunStart): Promise<void> {
  const runId = toTypeId('run', start.runId);
  await on.startRun(start).catch((error: unknown) => {
    Context.current().log.warn('run could not be started; the sweep will start it', { runId, error });
  });
}
