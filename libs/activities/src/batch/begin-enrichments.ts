import type { Batch } from '@docket/db/batches';
import type { RunStart } from '@docket/db/runs';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { coldLimit } from '@docket/domain/limits/concurrency-limit';
import { Context } from '@temporalio/activity';
import { beginAsRoomComes, startOrLeave, type BeginNeeds } from './begin-items.js';
import type { BeginEnrichmentsInput, EnrichmentsBegun } from './begin-enrichments.types.js';
import { Pace } from './pace.js';

/** Before the next look when nothing is left to begin: most enrichments take seconds. */
const LAST_WAIT_MS = 1_000;
/** Before the next look when the plan allows no more runs at once. */
const NO_ROOM_WAIT_MS = 5_000;

export interface BeginEnrichmentsNeeds extends BeginNeeds {
  /** Enrichments of one batch under way at once at most, those apart that wait for a message batch. */
  inFlight: number;
}

/** What differs between batches of enrichments and of replays. */
export interface BatchOfEnrichments {
  /** How many more may be begun, where `limit` may be under way. */
  room(tx: TenantTransaction, limit: number): Promise<number>;
  /** Writes an item's enrichment with its run and its outcome; null where there is nothing to start. */
  write(tx: TenantTransaction, batch: Batch, itemId: string): Promise<RunStart | null>;
}

/** One round of a batch: begins enrichments for as long as it may take, never more under way than their pace allows. */
export async function beginEnrichments(
  on: BeginEnrichmentsNeeds,
  { orgId, batchId, runId, limit = coldLimit(on.inFlight) }: BeginEnrichmentsInput,
  kind: BatchOfEnrichments,
): Promise<EnrichmentsBegun> {
  const batch = await on.tenants.withTenant(orgId, async (tx) => {
    await tx.runs.progress(runId, 'running', 'act');
    return tx.batches.findByRun(runId);
  });
  if (!batch) throw new Error(`the run ${runId} works off no batch`);
  if (Context.current().info.attempt > 1) await startUnstarted(on, orgId, batchId);
  const pace = new Pace(limit, on.inFlight);
  const { settled, hasRoom, isLast } = await beginAsRoomComes(
    on,
    orgId,
    async (tx) => {
      const room = await kind.room(tx, await pace.limit(tx));
      const items = room > 0 ? await tx.batches.pending(batchId, room) : [];
      return { items, isLast: room > 0 && items.length < room };
    },
    async (tx, itemId) => {
      const start = await kind.write(tx, batch, itemId);
      if (start) pace.began(start.runId);
      return start;
    },
  );
  const remaining = await on.tenants.withTenant(
    orgId,
    async (tx) => (await tx.batches.countPending(batchId)) + (await tx.enrichmentBatches.countOpen(batchId)),
  );
  const waitMs = isLast ? LAST_WAIT_MS : 0;
  return { settled, remaining, waitMs: hasRoom ? waitMs : NO_ROOM_WAIT_MS, limit: pace.found };
}

/** What a worker that died had written and not started takes room from the others until it is. */
async function startUnstarted(on: BeginNeeds, orgId: string, batchId: string): Promise<void> {
  const queued = await on.tenants.withTenant(orgId, (tx) => tx.enrichmentBatches.queuedRuns(batchId));
  for (const runId of queued) {
    Context.current().heartbeat();
    const start = await on.tenants.withTenant(orgId, (tx) => tx.runs.findStart(runId));
    if (start) await startOrLeave(on, start);
  }
}
