import { cpus } from 'node:os';
import pg from 'pg';
import type { DocketClient } from '../client/docket-client.ts';
import { inParallel } from '../client/in-parallel.ts';
import { percentile, rounded } from './percentiles.ts';

/** Tickets whose enrichment is under way at once. */
const TICKETS_AT_ONCE = 200;
/** Requests at once that bring them. */
const SENT_AT_ONCE = 24;
/** Time between two looks at what has ended: short beside what is measured. */
const LOOK_EVERY_MS = 50;
/** A bench that were slower than this has hung. */
const PATIENCE_MS = 600_000;

interface Overhead {
  tickets: number;
  p50Ms: number;
  p95Ms: number;
}

interface TicketLoad extends Overhead {
  perSecond: number;
  perSecondPerCore: number;
}

interface TicketAnswer {
  enrichment: { id: string; state: string; result: { provider: string } | null };
}

/** Tickets one by one, and then many with 200 under way. */
export async function measureTickets(
  docket: DocketClient,
  adminUrl: string,
  count: number,
  run: string,
): Promise<{ alone: Overhead; load: TicketLoad }> {
  await measureTicketOverhead(docket, 10, `${run}-warm`);
  return {
    alone: await measureTicketOverhead(docket, 100, `${run}-alone`),
    load: await measureTicketLoad(docket, adminUrl, count, `${run}-load`),
  };
}

/**
 * One ticket at a time on an idle stack: from the request to the first answer that shows its end, without the model's
 * own time. With the extractive model, which takes a few milliseconds.
 *
 * @throws Error when a model answers that is paid for
 */
async function measureTicketOverhead(docket: DocketClient, count: number, run: string): Promise<Overhead> {
  const took: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const startedAt = performance.now();
    const ticketId = await send(docket, `${run}-${index}`);
    const { enrichment } = await untilEnded(docket, ticketId, 5);
    const elapsed = performance.now() - startedAt;
    if (enrichment.result?.provider !== 'extractive')
      throw new Error(
        'the stack asks a model that is paid for; set MODEL_PROVIDERS=extractive for the bench',
      );
    const { body } = await docket.request<{ trace: { timings: { askMs?: number } } }>(
      'GET',
      `/v1/enrichments/${enrichment.id}`,
    );
    took.push(elapsed - (body.trace.timings.askMs ?? 0));
  }
  return { tickets: count, p50Ms: rounded(percentile(took, 0.5)), p95Ms: rounded(percentile(took, 0.95)) };
}

/**
 * Many tickets with 200 under way all the time. What is under way is counted in the database, so that the measuring costs
 * one small query every 50 ms; overheads are by the rows' own times.
 */
async function measureTicketLoad(
  docket: DocketClient,
  adminUrl: string,
  count: number,
  run: string,
): Promise<TicketLoad> {
  const database = new pg.Client({ connectionString: adminUrl });
  await database.connect();
  try {
    const startedAt = performance.now();
    await keepUnderWay(docket, database, count, run);
    const seconds = (performance.now() - startedAt) / 1_000;
    const took = await overheads(database, run);
    return {
      tickets: count,
      p50Ms: rounded(percentile(took, 0.5)),
      p95Ms: rounded(percentile(took, 0.95)),
      perSecond: rounded(count / seconds),
      perSecondPerCore: rounded(count / seconds / cpus().length),
    };
  } finally {
    await database.end();
  }
}

async function keepUnderWay(
  docket: DocketClient,
  database: pg.Client,
  count: number,
  run: string,
): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  let sent = 0;
  for (;;) {
    const ended = (await overheads(database, run)).length;
    if (ended === count) return;
    if (Date.now() > deadline) throw new Error(`${ended} of ${count} tickets were enriched in ten minutes`);
    const free = Math.min(count - sent, TICKETS_AT_ONCE - (sent - ended));
    const numbers = Array.from({ length: free }, (_, index) => sent + index);
    sent += free;
    await inParallel(numbers, SENT_AT_ONCE, async (number) => {
      await send(docket, `${run}-${number}`);
    });
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

async function send(docket: DocketClient, externalId: string): Promise<string> {
  const { body } = await docket.request<{ ticketId: string }>('POST', '/v1/tickets', {
    externalId,
    subject: `How does the rota export work for ${externalId}?`,
    body: 'Hello,\n\nwe would like to know when the export runs, how long it takes, and who gets the mail when it is done.',
  });
  return body.ticketId;
}

async function untilEnded(docket: DocketClient, ticketId: string, everyMs: number): Promise<TicketAnswer> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const { body } = await docket.request<TicketAnswer>('GET', `/v1/tickets/${ticketId}`);
    if (body.enrichment.state === 'ready') return body;
    if (Date.now() > deadline) throw new Error(`${ticketId} is ${body.enrichment.state} after ten minutes`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

/** Milliseconds of each ticket that has ended, without the model's own. */
async function overheads(database: pg.Client, run: string): Promise<number[]> {
  const { rows } = await database.query<{ ms: number }>(
    `select (extract(epoch from e.ended_at - e.created_at) * 1000 - coalesce((e.timings ->> 'askMs')::float8, 0))::float8 as ms
       from enrichments e join tickets t on t.org_id = e.org_id and t.id = e.ticket_id
      where t.external_id like $1 and e.state = 'ready'`,
    [`${run}-%`],
  );
  return rows.map(({ ms }) => ms);
}
