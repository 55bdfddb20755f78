import { parseTypeId } from '@docket/domain/ids/type-id';
import { Client, Connection } from '@temporalio/client';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { DocketClient } from '../../tools/client/docket-client.ts';
import { GOOD } from '../end-to-end/support/tickets.ts';
import { AnthropicStandIn } from './anthropic-stand-in.ts';
import type { AppProcess } from './app-process.ts';
import { SingleTickets, TICKET_BODY } from './single-tickets.ts';
import { startStack, type RunningStack } from './stack.ts';
import { startDevServer } from './temporal-dev-server.ts';
import { until } from './until.ts';

export interface LargeBatchOptions {
  tickets: number;
  /** Tickets sent one by one, before the batch and while it goes, to see what it costs them. */
  singles: number;
  /** Kills the worker when a third of the tickets is done, and starts another. */
  kill: boolean;
  /** Fails when it takes longer. */
  withinMs: number;
}

export interface LargeBatchFigures {
  /** What the batch says, and what the rows say. */
  counts: Record<string, number>;
  truth: { ready: number; otherwise: number; calls: number };
  tookMs: number;
  perSecond: number;
  /** Events of the longest execution of the batch, and how many executions there were. */
  longestHistory: number;
  executions: number;
  /** Megabytes, when the batch began to be worked off and at most after it. */
  workerMb: { early: number; late: number };
  apiMb: { early: number; late: number };
  /** Milliseconds from a single ticket's request to its enrichment. */
  idleP95: number;
  busyP95: number;
}

const WAIT = { prefer: 'wait=30' };
const SINGLES_PER_SECOND = 2;

/** A batch of many tickets with an instant model, with every process real: what it came to, and what it cost the others. */
export async function playLargeBatch(options: LargeBatchOptions): Promise<LargeBatchFigures> {
  const standIn = await AnthropicStandIn.start(() => GOOD);
  const server = await startDevServer();
  let running: RunningStack | null = null;
  try {
    running = await startStack({
      temporalAddress: server.address,
      namespace: server.namespace,
      overrides: { ANTHROPIC_API_KEY: 'sk-of-a-test', ANTHROPIC_BASE_URL: standIn.url },
    });
    if (options.kill) await running.stack.scheduleSweeps();
    const connection = await Connection.connect({ address: server.address });
    try {
      const temporal = new Client({ connection, namespace: server.namespace });
      return await play(options, running, standIn, temporal);
    } finally {
      await connection.close();
    }
  } finally {
    await running?.stack.stop();
    await server.stop();
    await standIn.stop();
  }
}

async function play(
  options: LargeBatchOptions,
  running: RunningStack,
  standIn: AnthropicStandIn,
  temporal: Client,
): Promise<LargeBatchFigures> {
  const { stack, api } = running;
  const { docket, orgId } = await stack.newOrg(api);
  const { docket: bystander } = await stack.newOrg(api);
  // With the same to find; its tickets come with the batch.
  await SingleTickets.of(docket);
  const singles = await SingleTickets.of(bystander);
  await seedTickets(running, docket, orgId, options.tickets);
  // Warm: the first pay for connections, plans and caches.
  await singles.send(5, SINGLES_PER_SECOND);
  const idleP95 = await singles.send(options.singles, SINGLES_PER_SECOND);
  standIn.asked.length = 0;

  const startedAt = performance.now();
  const { body } = await docket.request<{ id: string; runId: string }>('POST', '/v1/enrichment-batches', {
    filter: {},
  });
  const read = async () =>
    (
      await docket.request<{
        state: string;
        counts: Record<string, number>;
        enrichments: Record<string, number>;
      }>('GET', `/v1/enrichment-batches/${body.id}`)
    ).body;
  const memory = new Memory(api);
  let busyP95 = Number.NaN;
  let bySingles: Promise<void> = Promise.resolve();
  let [isKilled, areSent] = [!options.kill, false];
  await until(
    'the batch has ended',
    async () => {
      const { state, enrichments } = await read();
      const done = enrichments['ready'] ?? 0;
      memory.look(running.worker, done / options.tickets);
      if (!areSent && done > options.tickets / 10) {
        areSent = true;
        bySingles = singles
          .send(options.singles, SINGLES_PER_SECOND)
          .then((measured) => void (busyP95 = measured));
      }
      if (!isKilled && done > options.tickets / 3) {
        // The single tickets are measured beside a batch, not beside a crash.
        await bySingles;
        isKilled = true;
        await running.worker.kill();
        running.worker = await stack.startWorker();
      }
      await pause(500);
      return state === 'succeeded';
    },
    options.withinMs,
  );
  const tookMs = performance.now() - startedAt;
  await bySingles;
  const { enrichments } = await read();
  return {
    counts: enrichments,
    truth: await truthOf(running, orgId, body.id, standIn.asked.length - options.singles),
    tookMs,
    perSecond: (options.tickets * 1_000) / tookMs,
    ...(await historyOf(temporal, `enrichment-batch:${orgId}:${body.id}`)),
    ...memory.figures(),
    idleP95,
    busyP95,
  };
}

/**
 * Tickets with an enrichment that was called off, written straight into the database: sent one by one, twenty thousand would be
 * enriched twice, and it is the batch that is looked at.
 */
async function seedTickets(
  { stack }: RunningStack,
  docket: DocketClient,
  orgId: string,
  tickets: number,
): Promise<void> {
  const first = { externalId: 'large-0', subject: 'Payroll export 0', body: TICKET_BODY };
  await docket.request('POST', '/v1/tickets', first, WAIT);
  await stack.database.asAdmin(
    `with made as (
       insert into tickets (org_id, id, external_id, revision, state)
       select $1, gen_random_uuid(), 'large-' || n, 1, 'cancelled' from generate_series(1, $2::integer - 1) n
       returning org_id, id, external_id)
     insert into ticket_revisions (org_id, ticket_id, revision, subject, body)
     select org_id, id, 1, 'Payroll export ' || external_id, $3 from made`,
    [parseTypeId('org', orgId), tickets, TICKET_BODY],
  );
}

async function truthOf({ stack }: RunningStack, orgId: string, batch: string, calls: number) {
  const [row] = await stack.database.asAdmin<{ ready: number; otherwise: number }>(
    `select (count(*) filter (where state = 'ready'))::integer as ready,
            (count(*) filter (where state <> 'ready'))::integer as otherwise
       from enrichments where org_id = $1 and batch_id = $2`,
    [parseTypeId('org', orgId), parseTypeId('batch', batch)],
  );
  return { ready: row?.ready ?? 0, otherwise: row?.otherwise ?? 0, calls };
}

async function historyOf(temporal: Client, workflowId: string) {
  let [longestHistory, executions] = [0, 0];
  for await (const { historyLength } of temporal.workflow.list({ query: `WorkflowId = '${workflowId}'` })) {
    longestHistory = Math.max(longestHistory, historyLength);
    executions += 1;
  }
  return { longestHistory, executions };
}

/** Resident memory of the processes over the batch: what grows with its length shows between its thirds. */
class Memory {
  readonly #seen = { worker: { early: 0, late: 0 }, api: { early: 0, late: 0 } };

  constructor(private readonly api: AppProcess) {}

  look(worker: AppProcess, progress: number): void {
    const third = progress < 1 / 3 ? 'early' : progress > 2 / 3 ? 'late' : null;
    if (third === null) return;
    this.#seen.worker[third] = Math.max(this.#seen.worker[third], residentMb(worker.pid));
    this.#seen.api[third] = Math.max(this.#seen.api[third], residentMb(this.api.pid));
  }

  figures() {
    return { workerMb: this.#seen.worker, apiMb: this.#seen.api };
  }
}

function residentMb(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kilobytes ?? 0) / 1_024);
}
