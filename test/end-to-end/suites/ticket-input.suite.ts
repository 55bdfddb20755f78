import { DEFAULT_TAXONOMY } from '@docket/domain/enrichment/taxonomy';
import { describe, expect, it } from '@jest/globals';
import { GOOD, reply, type EnrichmentAnswer, type TicketBench } from '../support/tickets.ts';

interface Usage {
  data: {
    provider: string;
    model: string;
    calls: number;
    unpricedCalls: number;
    tokens: { input: number };
  }[];
}

/** What comes in that nobody hoped for. */
export function runTicketInputSuite(on: () => TicketBench): void {
  describe('a ticket', () => {
    it.each([
      ['an empty body', ''],
      ['nothing but emoji', '😀👩‍👩‍👧‍👦🚀'.repeat(200)],
      ['bytes that are no text', `\u0000\u0001\u0002\u0007${'\ufffd'.repeat(500)}`],
      ['one word that never ends', 'x'.repeat(60_000)],
    ])('with %s is enriched all the same', async (_, body) => {
      const { ticketId } = await on().send(
        on().nameFor(() => GOOD),
        body,
      );
      expect(await on().ended(ticketId)).toMatchObject({ state: 'ready', error: null });
    });

    it('of a megabyte is refused, and the limit is named', async () => {
      await expect(on().send('too-large', 'x'.repeat(1_000_000))).rejects.toMatchObject({
        code: 'ticket.too_large',
      });
    });

    it('answered by a model without a price has no known cost, and the usage counts it apart', async () => {
      const { ticketId } = await on().enrich(() => GOOD);
      const asked = { model: 'claude-of-tomorrow' };
      await on().docket.request('POST', `/v1/tickets/${ticketId}/enrichments`, asked, { prefer: 'wait=20' });
      const { state, trace } = await on().ended(ticketId);
      expect({ state, cost: trace.costMicros }).toEqual({ state: 'ready', cost: null });
      const { body: usage } = await on().docket.request<Usage>('GET', '/v1/usage');
      expect(usage.data.find(({ model }) => model === 'claude-of-tomorrow')).toMatchObject({
        calls: 1,
        unpricedCalls: 1,
        tokens: { input: 1_000 },
      });
    });

    it('keeps a category that the taxonomy lost; the next one is held to what is left', async () => {
      const { docket } = await on().running.stack.newOrg(on().running.api);
      const categoryOf = async (externalId: string): Promise<EnrichmentAnswer> => {
        const ticket = { externalId, subject: `Payroll export ${externalId}`, body: 'When does it run?' };
        const { body } = await docket.request<{ enrichment: EnrichmentAnswer }>(
          'POST',
          '/v1/tickets',
          ticket,
          {
            prefer: 'wait=20',
          },
        );
        return body.enrichment;
      };
      const before = await categoryOf(on().nameFor(() => GOOD));
      expect(before.result?.category.key).toBe('question');
      const categories = DEFAULT_TAXONOMY.categories.filter(({ key }) => key !== 'question');
      await docket.request('PUT', '/v1/taxonomy', { ...DEFAULT_TAXONOMY, categories });
      const mended = reply({ category: 'problem' });
      const after = await categoryOf(
        on().nameFor((call) => (call === 1 ? GOOD : { kind: 'answer', text: mended })),
      );
      expect(after.result?.category.key).toBe('problem');
      const { body: still } = await docket.request<{ data: unknown[] }>(
        'GET',
        '/v1/tickets?category=question',
      );
      expect(still.data).toHaveLength(1);
    });
  });
}
