import { parseTypeId } from '@docket/domain/ids/type-id';
import { describe, expect, it } from '@jest/globals';
import { inParallel } from '../../../tools/client/in-parallel.ts';
import { digestsOfTables, tablesChanged } from '../../support/table-digests.ts';
import { until } from '../../support/until.ts';
import { ARTICLE, COST_OF_A_CALL, reply, type TicketBench } from '../support/tickets.ts';

const TICKETS = 6;
/** Under the version that is tried, two tickets are sorted otherwise, and one loses its answer. */
const OTHERWISE = reply({ category: 'problem' });
const SILENT = reply({ answerable: false, reply: null, citations: [] });

interface ReplayBatchAnswer {
  id: string;
  state: string;
  counts: { total: number; done: number; refused: number };
  replays: Record<string, number>;
}

/** Enrichments are replayed by the dozen, and counted against what they were; nothing that is shown changes. */
export function runReplayBatchSuite(bench: () => TicketBench): void {
  describe('a batch of replays', () => {
    it('says what another version would change, field by field, and changes no row but its own', async () => {
      const { stack, api } = bench().running;
      const { docket } = await stack.newOrg(api);
      await docket.request(
        'POST',
        '/v1/documents',
        { title: 'Payroll exports', text: ARTICLE, mediaType: 'text/markdown' },
        { prefer: 'wait=30' },
      );
      const { standIn } = bench();
      const usual = standIn.script;
      const isTried = (system: string): boolean => system.includes('Sort it, tersely.');
      standIn.script = (request) => {
        const prompt = request.messages[0]?.content ?? '';
        if (!isTried(request.system[0]?.text ?? '')) return { kind: 'answer', text: reply() };
        if (/No\. [01] /.test(prompt)) return { kind: 'answer', text: OTHERWISE };
        return { kind: 'answer', text: prompt.includes('No. 2 ') ? SILENT : reply() };
      };
      try {
        await inParallel(
          Array.from({ length: TICKETS }, (_, index) => index),
          3,
          async (number) => {
            const body = 'When does the payroll export run every night?';
            const subject = `No. ${number} export`;
            await docket.request('POST', '/v1/tickets', { externalId: `r-${number}`, subject, body });
          },
        );
        const ready = async (): Promise<number> =>
          (await docket.request<{ data: unknown[] }>('GET', '/v1/tickets?state=ready')).body.data.length;
        await until('all are enriched', async () => (await ready()) === TICKETS, 60_000);
        const { body: prompt } = await docket.request<{ versions: { template: string }[] }>(
          'GET',
          '/v1/prompts/ticket-enrichment',
        );
        const tried = {
          system: 'Sort it, tersely.',
          template: prompt.versions[0]?.template,
          note: 'shorter',
        };
        const { body: version } = await docket.request<{ version: number }>(
          'POST',
          '/v1/prompts/ticket-enrichment/versions',
          tried,
        );
        const asked = { filter: {}, promptVersion: version.version };
        const dry = await docket.request('POST', '/v1/replay-batches', { ...asked, dryRun: true });
        expect(dry.body).toMatchObject({ total: TICKETS, matches: [{ promptVersion: 1, count: TICKETS }] });

        const before = await digestsOfTables(stack.database);
        const made = standIn.asked.length;
        const { body: batch } = await docket.request<ReplayBatchAnswer>('POST', '/v1/replay-batches', asked);
        const read = async (): Promise<ReplayBatchAnswer> =>
          (await docket.request<ReplayBatchAnswer>('GET', `/v1/replay-batches/${batch.id}`)).body;
        await until('it has ended', async () => (await read()).state === 'succeeded', 60_000);
        expect(await read()).toMatchObject({ counts: { done: TICKETS }, replays: { ready: TICKETS } });
        expect(standIn.asked.length - made).toBe(TICKETS);

        const { body: summary } = await docket.request('GET', `/v1/replay-batches/${batch.id}/summary`);
        expect(summary).toMatchObject({
          compared: TICKETS,
          changed: 3,
          moves: [{ field: 'category', before: 'question', after: 'problem', count: 2 }],
          citations: { kept: TICKETS - 1, gained: 0, lost: 1 },
          abstentions: { before: 0, after: 1, gained: 1, lost: 0 },
          costMicros: { before: TICKETS * COST_OF_A_CALL, after: TICKETS * COST_OF_A_CALL },
        });
        expect((summary as { fields: object[] }).fields).toEqual(
          expect.arrayContaining([
            { field: 'category', changed: 2 },
            { field: 'answerable', changed: 1 },
            { field: 'citations', changed: 1 },
          ]),
        );

        // Rows that name the batch or one of its replays or their runs are its own.
        const own = await stack.database.asAdmin<{ id: string; run_id: string }>(
          `select id, run_id from enrichments where batch_id = $1
           union all select id, run_id from batches where id = $1`,
          [parseTypeId('batch', batch.id)],
        );
        const ids = own.flatMap(({ id, run_id }) => [id, run_id]);
        const after = await digestsOfTables(stack.database, ids);
        expect(tablesChanged(before, after)).toEqual([]);
        expect(await ready()).toBe(TICKETS);
      } finally {
        standIn.script = usual;
      }
    }, 180_000);
  });
}
