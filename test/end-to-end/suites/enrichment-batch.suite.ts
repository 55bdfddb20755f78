import { describe, expect, it } from '@jest/globals';
import { inParallel } from '../../../tools/client/in-parallel.ts';
import { until } from '../../support/until.ts';
import { GOOD, type TicketBench } from '../support/tickets.ts';

const TICKETS = 12;

interface BatchAnswer {
  id: string;
  runId: string;
  state: string;
  progress: number;
  counts: { total: number; pending: number; done: number; skipped: number };
  enrichments: Record<string, number>;
}

export function runEnrichmentBatchSuite(bench: () => TicketBench): void {
  describe('a batch of enrichments', () => {
    it('enriches each ticket once more, under what was asked for, stands still when paused, and counts exactly', async () => {
      const { stack, api } = bench().running;
      const { docket } = await stack.newOrg(api);
      const send = (number: number): Promise<unknown> => {
        const body = 'When does the payroll export run?';
        return docket.request('POST', '/v1/tickets', { externalId: `batch-${number}`, subject: 's', body });
      };
      await inParallel(
        Array.from({ length: TICKETS }, (_, index) => index),
        6,
        async (number) => {
          await send(number);
        },
      );
      const count = async (state: string): Promise<number> => {
        const { body } = await docket.request<{ data: unknown[] }>(
          'GET',
          `/v1/tickets?state=${state}&limit=200`,
        );
        return body.data.length;
      };
      await until('all are enriched', async () => (await count('ready')) === TICKETS, 40_000);

      const dry = await docket.request('POST', '/v1/enrichment-batches', { filter: {}, dryRun: true });
      expect(dry.body).toEqual({
        dryRun: true,
        total: TICKETS,
        matches: [{ state: 'ready', count: TICKETS }],
      });
      await expect(
        docket.request('POST', '/v1/enrichment-batches', { filter: {}, promptVersion: 99 }),
      ).rejects.toMatchObject({ status: 404, code: 'prompt.not_found' });

      // Held at the model until the batch is paused, so that what a pause does can be seen.
      let isHeld = true;
      const { standIn } = bench();
      const usual = standIn.script;
      standIn.script = async () => {
        await until('the model may answer', () => !isHeld, 100_000);
        return GOOD;
      };
      try {
        const asked = { filter: { state: 'ready' }, model: 'claude-haiku-5-5' };
        const { body: batch } = await docket.request<BatchAnswer>('POST', '/v1/enrichment-batches', asked);
        const read = async (): Promise<BatchAnswer> =>
          (await docket.request<BatchAnswer>('GET', `/v1/enrichment-batches/${batch.id}`)).body;
        // One more a second on a machine that is busy.
        await until('all are begun', async () => (await read()).counts.done === TICKETS, 60_000);
        expect(await read()).toMatchObject({ state: 'running', progress: 0 });
        await docket.request('POST', `/v1/enrichment-batches/${batch.id}/pause`, {});
        await until('it is paused', async () => (await read()).state === 'paused');
        await docket.request('POST', `/v1/enrichment-batches/${batch.id}/resume`, {});
        isHeld = false;
        await until('it has ended', async () => (await read()).state === 'succeeded', 80_000);
        expect(await read()).toMatchObject({
          progress: 1,
          counts: { total: TICKETS, pending: 0, done: TICKETS, skipped: 0 },
          enrichments: { ready: TICKETS },
        });
        const { body: usage } = await docket.request('GET', '/v1/usage');
        expect(usage).toMatchObject({
          data: [{ model: 'claude-haiku-5-5', calls: TICKETS }, { calls: TICKETS }],
        });
        await expect(
          docket.request('POST', `/v1/enrichment-batches/${batch.id}/cancel`, {}),
        ).rejects.toMatchObject({ code: 'batch.ended' });
        const { body: listed } = await docket.request('GET', '/v1/enrichment-batches');
        expect(listed).toMatchObject({ data: [{ id: batch.id }] });
      } finally {
        isHeld = false;
        standIn.script = usual;
      }
    }, 180_000);
  });
}
