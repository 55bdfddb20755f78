import { parseTypeId } from '@docket/domain/ids/type-id';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { DocketClient } from '../../tools/client/docket-client.ts';
import { inParallel } from '../../tools/client/in-parallel.ts';
import { ARTICLE, reply } from '../end-to-end/support/tickets.ts';
import { TemporaryStack } from '../long/temporary-stack.ts';
import { AnthropicStandIn } from '../support/anthropic-stand-in.ts';
import { until } from '../support/until.ts';

const MINUTES = 60_000;
const TICKETS = 300;
const SENT_AT_ONCE = 12;
/** Time the model takes: long enough that a kill meets some of its answers on their way. */
const THINKING_MS = 2_000;
const VICTIMS = ['worker', 'api', 'postgres', 'worker', 'postgres', 'worker'] as const;
const PER_KILL = TICKETS / VICTIMS.length;

describe(`${TICKETS} tickets while worker, API and Postgres are killed`, () => {
  /** By ticket: how often the model was asked. */
  const asked = new Map<string, number>();
  let inFlight = 0;
  let standIn: AnthropicStandIn;
  let stack: TemporaryStack;

  beforeAll(async () => {
    standIn = await AnthropicStandIn.start(async (request) => {
      const name = /kill-(\d+)-end/.exec(request.messages[0]?.content ?? '')?.[1] ?? '';
      asked.set(name, (asked.get(name) ?? 0) + 1);
      inFlight += 1;
      await pause(THINKING_MS);
      inFlight -= 1;
      return { kind: 'answer', text: reply() };
    });
    stack = new TemporaryStack({ ANTHROPIC_API_KEY: 'sk-of-a-test', ANTHROPIC_BASE_URL: standIn.url });
    await stack.up();
  }, 3 * MINUTES);
  afterAll(async () => {
    await stack.remove();
    await standIn.stop();
  }, MINUTES);

  it(
    'end with exactly one current enrichment each, and nothing is paid for twice but what a kill met on its way',
    async () => {
      const { orgId, docket } = await stack.newOrg('disturbed');
      await docket().request(
        'POST',
        '/v1/documents',
        { title: 'Payroll exports', text: ARTICLE, mediaType: 'text/markdown' },
        { prefer: 'wait=30' },
      );
      const sending: Promise<void>[] = [];
      const met: { victim: string; inFlight: number; ended: number }[] = [];
      for (const [round, victim] of VICTIMS.entries()) {
        // A part of them for each kill: all at once would be done before the last server is up again.
        const numbers = Array.from({ length: PER_KILL }, (_, index) => round * PER_KILL + index);
        sending.push(inParallel(numbers, SENT_AT_ONCE, (number) => send(docket, number)));
        await until(`answers are on their way before ${victim} is killed`, () => inFlight > 0, 2 * MINUTES);
        met.push({ victim, inFlight, ended: await countOf(stack.adminUrl, orgId, `state = 'ready'`) });
        stack.kill(victim);
        await stack.up();
      }
      await Promise.all(sending);
      await until(
        'every ticket is enriched',
        async () => (await countOf(stack.adminUrl, orgId, `state = 'ready'`)) === TICKETS,
        6 * MINUTES,
      );
      console.table(met);
      // No other state is left over, and no ticket has two.
      expect(await countOf(stack.adminUrl, orgId, `state <> 'superseded'`)).toBe(TICKETS);
      const twice = [...asked.values()].reduce((sum, calls) => sum + calls - 1, 0);
      const allowed = met.reduce((sum, kill) => sum + kill.inFlight, 0);
      console.log(
        `${twice} calls were paid for twice; ${allowed} were on their way when something was killed`,
      );
      expect(twice).toBeLessThanOrEqual(allowed);
    },
    15 * MINUTES,
  );
});

/** As a client that does not give up: a repeat with the same text is the same ticket, and changes nothing. */
async function send(docket: () => DocketClient, number: number): Promise<void> {
  const name = `kill-${number}-end`;
  await until(
    `${name} is accepted`,
    async () => {
      try {
        await docket().request('POST', '/v1/tickets', {
          externalId: name,
          subject: `Payroll export ${name}`,
          body: 'When does the payroll export run every night?',
        });
        return true;
      } catch {
        return false;
      }
    },
    5 * MINUTES,
  );
}

async function countOf(adminUrl: string, orgId: string, where: string): Promise<number> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ n: number }>(
      `select count(*)::integer as n from enrichments where org_id = $1 and ${where}`,
      [parseTypeId('org', orgId)],
    );
    return rows[0]?.n ?? 0;
  } finally {
    await client.end();
  }
}
