import { afterEach, describe, expect, it } from '@jest/globals';
import type { DocketClient } from '../../../tools/client/docket-client.ts';
import { inParallel } from '../../../tools/client/in-parallel.ts';
import type { Fate } from '../../support/anthropic-batches-stand-in.ts';
import { until } from '../../support/until.ts';
import { ARTICLE, COST_OF_A_CALL, GOOD, type TicketBench } from '../support/tickets.ts';

const TICKETS = 6;
const TOKENS_OF_A_CALL = 1_200;
const HALF = COST_OF_A_CALL / 2;

interface BatchAnswer {
  id: string;
  state: string;
  enrichments: Record<string, number>;
  messageBatches: { batches: Record<string, number>; questions: Record<string, number> } | null;
}

interface Usage {
  costMicros: number;
  batchSavedMicros: number;
  data: { calls: number; batchedCalls: number }[];
}

/** Batches whose questions go to the provider together, against a server that speaks its wire format. */
export function runMessageBatchesSuite(bench: () => TicketBench): void {
  const count = async (docket: DocketClient, state: string): Promise<number> =>
    (await docket.request<{ data: unknown[] }>('GET', `/v1/tickets?state=${state}&limit=200`)).body.data
      .length;

  /** An organisation of its own whose tickets were enriched once, one by one. */
  async function enrichedOrg(subjects: readonly string[] = []): Promise<DocketClient> {
    const { stack, api } = bench().running;
    const { docket } = await stack.newOrg(api);
    const knowledge = { title: 'Payroll exports', text: ARTICLE, mediaType: 'text/markdown' };
    await docket.request('POST', '/v1/documents', knowledge, { prefer: 'wait=30' });
    const numbers = Array.from({ length: TICKETS }, (_, index) => index);
    await inParallel(numbers, 3, async (number) => {
      const body = 'When does the payroll export run every night?';
      const subject = subjects[number] ?? 'Payroll export';
      await docket.request('POST', '/v1/tickets', { externalId: `m-${number}`, subject, body });
    });
    await until('all are enriched', async () => (await count(docket, 'ready')) === TICKETS, 60_000);
    return docket;
  }

  async function begin(docket: DocketClient): Promise<() => Promise<BatchAnswer>> {
    const asked = { filter: {}, mayWait: true };
    const { body } = await docket.request<BatchAnswer>('POST', '/v1/enrichment-batches', asked);
    return async () => (await docket.request<BatchAnswer>('GET', `/v1/enrichment-batches/${body.id}`)).body;
  }

  const untilOver = async (read: () => Promise<BatchAnswer>): Promise<BatchAnswer> => {
    const isOver = async (): Promise<boolean> => ['succeeded', 'cancelled'].includes((await read()).state);
    await until('the batch has ended', isOver, 90_000);
    return read();
  };

  const usageOf = async (docket: DocketClient): Promise<Usage> =>
    (await docket.request<Usage>('GET', '/v1/usage')).body;

  /** The newest call for one of the tickets. */
  async function lastCall(docket: DocketClient): Promise<unknown> {
    const { body } = await docket.request<{ data: { enrichment: { id: string } }[] }>('GET', '/v1/tickets');
    const path = `/v1/enrichments/${body.data[0]?.enrichment.id}`;
    return (await docket.request<{ trace: { calls: unknown[] } }>('GET', path)).body.trace.calls.at(-1);
  }

  const theirs = () => bench().standIn.batches;
  /** Calls one by one, and batches that were accepted, since the last look. */
  function watch(): () => { alone: number; made: number; paid: number } {
    const { standIn } = bench();
    const [alone, made, paid] = [standIn.asked.length, theirs().made.length, theirs().paid];
    return () => ({
      alone: standIn.asked.length - alone,
      made: theirs().made.length - made,
      paid: theirs().paid - paid,
    });
  }

  afterEach(() => {
    theirs().isInProgress = () => false;
    theirs().fateOf = () => 'succeeded';
  });

  describe('a batch that may wait', () => {
    it('has its questions answered in a message batch, at half the price and to the cent', async () => {
      const docket = await enrichedOrg();
      const since = watch();
      const ended = await untilOver(await begin(docket));
      expect(ended).toMatchObject({
        state: 'succeeded',
        enrichments: { ready: TICKETS },
        messageBatches: { batches: { ended: 1 }, questions: { answered: TICKETS } },
      });
      expect(since()).toEqual({ alone: 0, made: 1, paid: TICKETS });
      const parameters = { effort: 'low', maxOutputTokens: 8_000 };
      expect(await lastCall(docket)).toMatchObject({ isBatched: true, parameters });
      const usage = await usageOf(docket);
      expect(usage).toMatchObject({
        costMicros: TICKETS * (COST_OF_A_CALL + HALF),
        batchSavedMicros: TICKETS * HALF,
        data: [{ calls: 2 * TICKETS, batchedCalls: TICKETS }],
      });
    }, 180_000);

    it('asks one by one what came back without an answer, and repairs what does not hold, as ever', async () => {
      const offForm = bench().nameFor((call) =>
        call === 2 ? { kind: 'answer', text: 'Sure! Here you go.' } : GOOD,
      );
      const docket = await enrichedOrg([offForm]);
      const since = watch();
      const fates: Fate[] = ['errored', 'expired', 'canceled', 'omitted'];
      theirs().fateOf = ({ messages }) =>
        messages[0]?.content.includes(offForm) ? 'succeeded' : (fates.shift() ?? 'succeeded');
      const ended = await untilOver(await begin(docket));
      expect(ended).toMatchObject({
        enrichments: { ready: TICKETS },
        messageBatches: {
          questions: { answered: 2, errored: 1, expired: 1, canceled: 1, missing: 1 },
        },
      });
      expect(since()).toEqual({ alone: 5, made: 1, paid: 2 });
      expect((await usageOf(docket)).costMicros).toBe(
        TICKETS * COST_OF_A_CALL + 5 * COST_OF_A_CALL + 2 * HALF,
      );
    }, 180_000);

    it('pays once though the provider answered 500 after it had accepted, and though the results broke off', async () => {
      const docket = await enrichedOrg();
      const since = watch();
      theirs().receptions.push({ status: 429, type: 'rate_limit_error' }, 'lost');
      theirs().cuts = { times: 2, afterLines: 2 };
      const ended = await untilOver(await begin(docket));
      expect(ended).toMatchObject({
        enrichments: { ready: TICKETS },
        messageBatches: { questions: { answered: TICKETS } },
      });
      expect(since()).toEqual({ alone: 0, made: 1, paid: TICKETS });
      expect((await usageOf(docket)).costMicros).toBe(TICKETS * (COST_OF_A_CALL + HALF));
    }, 180_000);

    it('takes nobody else’s batch for its own when it looks for what was lost', async () => {
      const docket = await enrichedOrg();
      const since = watch();
      theirs().receptions.push('lost');
      const read = await begin(docket);
      await until('it was sent and lost', () => since().made === 1, 60_000);
      // Of the same key, as large, and newer: it is found first.
      theirs().addForeign(TICKETS);
      expect(await untilOver(read)).toMatchObject({
        enrichments: { ready: TICKETS },
        messageBatches: { questions: { answered: TICKETS } },
      });
      expect(since()).toMatchObject({ alone: 0, made: 2 });
      expect((await usageOf(docket)).costMicros).toBe(TICKETS * (COST_OF_A_CALL + HALF));
    }, 180_000);

    it('goes on after its worker was killed, and reads of the provider what was sent before', async () => {
      const docket = await enrichedOrg();
      const since = watch();
      let isHeld = true;
      theirs().isInProgress = () => isHeld;
      const read = await begin(docket);
      await until(
        'it is sent',
        async () => (await read()).messageBatches?.batches['submitted'] === 1,
        60_000,
      );
      await bench().running.worker.kill();
      isHeld = false;
      bench().running.worker = await bench().running.stack.startWorker();
      expect(await untilOver(read)).toMatchObject({ enrichments: { ready: TICKETS } });
      expect(since()).toEqual({ alone: 0, made: 1, paid: TICKETS });
    }, 180_000);

    it('that is cancelled has theirs cancelled, and pays for nothing more; older answers are shown while it waits', async () => {
      const docket = await enrichedOrg();
      const since = watch();
      theirs().isInProgress = () => true;
      const read = await begin(docket);
      await until(
        'it is sent',
        async () => (await read()).messageBatches?.batches['submitted'] === 1,
        60_000,
      );
      expect(await count(docket, 'ready')).toBe(TICKETS);
      await docket.request('POST', `/v1/enrichment-batches/${(await read()).id}/cancel`, {});
      const ended = await untilOver(read);
      expect(ended).toMatchObject({ state: 'cancelled', messageBatches: { batches: { ended: 1 } } });
      expect(theirs().made.at(-1)?.isCancelled).toBe(true);
      await until('all are cancelled', async () => (await read()).enrichments['cancelled'] === TICKETS);
      expect(since()).toEqual({ alone: 0, made: 1, paid: 0 });
      expect((await usageOf(docket)).costMicros).toBe(TICKETS * COST_OF_A_CALL);
    }, 180_000);

    it('is paid from the budget before it is sent: what that does not cover is never asked', async () => {
      const docket = await enrichedOrg();
      const since = watch();
      await docket.request('PATCH', '/v1/org', { tokensPerDay: (TICKETS + 3) * TOKENS_OF_A_CALL });
      // The first guess of what a question comes to is large: what is left when it is known pays for others one by one.
      const ended = await untilOver(await begin(docket));
      const ready = ended.enrichments['ready'] ?? 0;
      const { alone, paid } = since();
      expect(paid).toBeGreaterThan(0);
      expect(alone + paid).toBe(ready);
      expect(ready).toBeLessThanOrEqual(3);
      expect(ended.enrichments['failed']).toBe(TICKETS - ready);
      const { body: org } = await docket.request('GET', '/v1/org');
      expect(org).toMatchObject({ usage: { tokensToday: (TICKETS + ready) * TOKENS_OF_A_CALL } });
    }, 180_000);
  });
}
