import { parseTypeId } from '@docket/domain/ids/type-id';
import { describe, expect, it } from '@jest/globals';
import { inParallel } from '../../../tools/client/in-parallel.ts';
import { until } from '../../support/until.ts';
import { ARTICLE, COST_OF_A_CALL, type TicketBench } from '../support/tickets.ts';

/** Tokens of a call to the stand-in. */
const TOKENS_OF_A_CALL = 1_200;
const PAID = 50;
const TICKETS = 200;

export function runBudgetSuite(bench: () => TicketBench): void {
  describe('a daily budget', () => {
    it(`for ${PAID} calls pays for exactly ${PAID} of ${TICKETS} tickets that come at once; no call is made for the rest`, async () => {
      const { stack, api } = bench().running;
      const { orgId, docket } = await stack.newOrg(api);
      const knowledge = { title: 'Payroll exports', text: ARTICLE, mediaType: 'text/markdown' };
      await docket.request('POST', '/v1/documents', knowledge, { prefer: 'wait=30' });
      await docket.request('PATCH', '/v1/org', { tokensPerDay: PAID * TOKENS_OF_A_CALL });
      const before = bench().standIn.asked.length;
      const numbers = Array.from({ length: TICKETS }, (_, index) => index);
      await inParallel(numbers, 20, async (number) => {
        const body = 'When does the payroll export run every night?';
        await docket.request('POST', '/v1/tickets', {
          externalId: `b-${number}`,
          subject: `No. ${number}`,
          body,
        });
      });
      const count = async (where: string): Promise<number> => {
        const [row] = await stack.database.asAdmin<{ n: number }>(
          `select count(*)::integer as n from enrichments where org_id = $1 and ${where}`,
          [parseTypeId('org', orgId)],
        );
        return row?.n ?? 0;
      };
      await until(
        'every ticket has ended',
        async () => (await count(`state in ('ready', 'failed')`)) === TICKETS,
        100_000,
      );
      expect({
        ready: await count(`state = 'ready'`),
        exceeded: await count(`error_code = 'budget.exceeded'`),
        asked: bench().standIn.asked.length - before,
      }).toEqual({ ready: PAID, exceeded: TICKETS - PAID, asked: PAID });
      const { body: org } = await docket.request('GET', '/v1/org');
      expect(org).toMatchObject({
        tokensPerDay: PAID * TOKENS_OF_A_CALL,
        usage: { tokensToday: PAID * TOKENS_OF_A_CALL, costMicrosToday: PAID * COST_OF_A_CALL },
      });
      const { body: usage } = await docket.request('GET', '/v1/usage');
      expect(usage).toMatchObject({
        costMicros: PAID * COST_OF_A_CALL,
        data: [{ calls: PAID, promptVersion: 1, provider: 'anthropic' }],
      });
    }, 150_000);
  });
}
