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
  /** Every call that reached the model, and when it was answered. */
  const calls: Call[] = [];
  let standIn: AnthropicStandIn;
  let stack: TemporaryStack;

  beforeAll(async () => {
    standIn = await AnthropicStandIn.start(async (request) => {
      const name = /kill-(\d+)-end/.exec(request.messages[0]?.content ?? '')?.[1] ?? '';
      const call: Call = { ticket: name, from: Date.now(), to: Infinity };
      calls.push(call);
      await pause(THINKING_MS);
      call.to = Date.now();
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
      const met: { victim: string; at: number; ended: number }[] = [];
      for (const [round, victim] of VICTIMS.entries()) {
        // A part of them for each kill: all at once would be done before the last server is up again.
        const numbers = Array.from({ length: PER_KILL }, (_, index) => round * PER_KILL + index);
        sending.push(inParallel(numbers, SENT_AT_ONCE, (number) => send(docket, number)));
        const ended = await countOf(stack.adminUrl, orgId, `state = 'ready'`);
        await until(
          `answers are on their way before ${victim} is killed`,
          () => calls.some(isOpenAt(Date.now())),
          2 * MINUTES,
        );
        stack.kill(victim);
        met.push({ victim, at: Date.now(), ended });
        await stack.up();
      }
      await Promise.all(sending);
      await until(
        'every ticket is enriched',
        async () => (await countOf(stack.adminUrl, orgId, `state = 'ready'`)) === TICKETS,
        6 * MINUTES,
      );
      const onTheirWay = met.map(({ at }) => calls.filter(isOpenAt(at)).length);
      console.table(
        met.map(({ victim, ended }, index) => ({ victim, ended, onTheirWay: onTheirWay[index] })),
      );
      // No other state is left over, and no ticket has two.
      expect(await countOf(stack.adminUrl, orgId, `state <> 'superseded'`)).toBe(TICKETS);
      const twice = calls.length - new Set(calls.map(({ ticket }) => ticket)).size;
      const allowed = onTheirWay.reduce((sum, open) => sum + open, 0);
      console.log(
        `${twice} calls were paid for twice; ${allowed} were on their way when something was killed`,
      );
      expect(twice).toBeLessThanOrEqual(allowed);
    },
    15 * MINUTES,
  );
});

/** Unix milliseconds. */
interface Call {
  ticket: string;
  from: number;
  to: number;
}

/** What a process sent before it was killed may reach the model this much later: they share two cores with everything else. */
const LATE_MS = 500;

function isOpenAt(at: number): (call: Call) => boolean {
  return ({ from, to }) => from <= at + LATE_MS && at < to;
}

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
