import { parseTypeId } from '@docket/domain/ids/type-id';
import { SWEEP } from '@docket/workflows/sweep/contract';
import { describe, expect, it } from '@jest/globals';
import { digestsOfTables, tablesChanged } from '../../support/table-digests.ts';
import { until } from '../../support/until.ts';
import {
  COST_OF_A_CALL,
  GOOD,
  reply,
  SENTENCE,
  type EnrichmentAnswer,
  type TicketBench,
} from '../support/tickets.ts';

interface Replayed extends EnrichmentAnswer {
  ticketId: string;
  replay: {
    replayOf: string;
    number: number;
    diff: {
      changed: string[];
      fields: { field: string; before: unknown; after: unknown }[];
      citations: Record<'kept' | 'added' | 'removed', { quote: string }[]>;
    } | null;
  } | null;
}

const WAIT = { prefer: 'wait=20' };
const OTHERWISE = reply({ category: 'problem', reply: 'Every night at two. [1]' });

/** Enrichments are asked about again, and nothing else changes. */
export function runReplaysSuite(on: () => TicketBench): void {
  const replay = async (id: string, body: object): Promise<Replayed> =>
    (await on().docket.request<Replayed>('POST', `/v1/enrichments/${id}/replays`, body, WAIT)).body;

  /** Ids by which rows of the replays are known: their own and those of their runs. */
  async function rowsOf(originalId: string): Promise<string[]> {
    const rows = await on().running.stack.database.asAdmin<{ id: string; run_id: string }>(
      'select id, run_id from enrichments where replay_of = $1',
      [parseTypeId('enrichment', originalId)],
    );
    return rows.flatMap(({ id, run_id }) => [id, run_id]);
  }

  describe('a replay', () => {
    it('asks about the same passages again, and shows field by field what came out otherwise', async () => {
      const { id, ticketId } = await on().enrich((call) =>
        call === 1 ? GOOD : { kind: 'answer', text: OTHERWISE },
      );
      const { replay: shown, state, trace } = await replay(id, { passages: 'pinned', promptVersion: 1 });
      expect({ state, cost: trace.costMicros }).toEqual({ state: 'ready', cost: COST_OF_A_CALL });
      expect(shown).toMatchObject({ replayOf: id, number: 1, diff: { changed: ['category', 'reply'] } });
      expect(shown?.diff?.fields[0]).toEqual({ field: 'category', before: 'question', after: 'problem' });
      expect(shown?.diff?.citations).toMatchObject({ kept: [{ quote: SENTENCE }], added: [], removed: [] });
      expect((await on().current(ticketId))?.id).toBe(id);
      const { body: listed } = await on().docket.request<{ data: { state: string }[] }>(
        'GET',
        `/v1/enrichments/${id}/replays`,
      );
      expect(listed.data).toHaveLength(1);
    });

    it('changes no row but its own, makes one call, and goes by numbers though many ask at once', async () => {
      const name = on().nameFor(() => GOOD);
      const { ticketId } = await on().send(name);
      const { id } = await on().ended(ticketId);
      await on().docket.request('PATCH', '/v1/org', { approvalPolicy: 'always', learnFromEdits: true });
      const before = await digestsOfTables(on().running.stack.database);
      const asked = on().callsOf.get(name) ?? 0;
      const made = await Promise.all([1, 2, 3].map(() => replay(id, { passages: 'pinned' })));
      expect(made.map((each) => each.replay?.number).sort()).toEqual([1, 2, 3]);
      expect(made.map(({ state }) => state)).toEqual(['ready', 'ready', 'ready']);
      expect((on().callsOf.get(name) ?? 0) - asked).toBe(3);
      const after = await digestsOfTables(on().running.stack.database, await rowsOf(id));
      expect(tablesChanged(before, after)).toEqual([]);
      expect((await on().current(ticketId))?.id).toBe(id);
      await on().docket.request('PATCH', '/v1/org', { approvalPolicy: 'never', learnFromEdits: false });
    });

    it('with pinned passages is refused once one of them was erased, and made with fresh ones', async () => {
      const documentId = await on().learn({
        title: 'Overtime exports',
        text: '# Overtime exports\n\nThe overtime export leaves on the ninth of each month.\n',
      });
      const { id } = await on().enrich(() => GOOD);
      const { body } = await on().docket.request<{ runId: string }>('DELETE', `/v1/documents/${documentId}`);
      await until('it is erased', async () => {
        const run = await on().docket.request<{ state: string }>('GET', `/v1/runs/${body.runId}`);
        return run.body.state === 'succeeded';
      });
      await expect(replay(id, { passages: 'pinned' })).rejects.toMatchObject({
        status: 409,
        code: 'enrichment.passages_erased',
      });
      expect(await replay(id, { passages: 'fresh' })).toMatchObject({ state: 'ready' });
    });

    it('of a replay, under a version that is not there, or by somebody else is refused', async () => {
      const { id } = await on().enrich(() => GOOD);
      const made = await replay(id, { passages: 'fresh', model: 'claude-haiku-5-5' });
      expect(on().standIn.asked.at(-1)?.body).toMatchObject({ model: 'claude-haiku-5-5' });
      const { docket: stranger } = await on().running.stack.newOrg(on().running.api);
      const refused = (client: typeof stranger, path: string, body: object) =>
        expect(client.request('POST', path, body)).rejects;
      const pinned = { passages: 'pinned' };
      await refused(on().docket, `/v1/enrichments/${made.id}/replays`, pinned).toMatchObject({ status: 409 });
      await refused(on().docket, `/v1/enrichments/${id}/replays`, {
        ...pinned,
        promptVersion: 99,
      }).toMatchObject({
        code: 'prompt.not_found',
      });
      await refused(stranger, `/v1/enrichments/${id}/replays`, pinned).toMatchObject({ status: 404 });
    });
  });

  describe('the test of a prompt', () => {
    it('asks under a text that is no version, shows the difference, and is gone after its time but for its cost', async () => {
      const { id, ticketId } = await on().enrich((call) =>
        call === 1 ? GOOD : { kind: 'answer', text: OTHERWISE },
      );
      const draft = { system: 'Sort it, tersely.', ticketId };
      const { body: test } = await on().docket.request<Replayed>(
        'POST',
        '/v1/prompts/ticket-enrichment/test',
        draft,
        WAIT,
      );
      expect(test).toMatchObject({ state: 'ready', replay: { replayOf: id, isTest: true } });
      expect(on().standIn.asked.at(-1)?.body).toMatchObject({ system: [{ text: 'Sort it, tersely.' }] });
      expect(test.replay?.diff?.changed).toContain('category');
      const { database } = on().running.stack;
      await database.asAdmin(`update enrichments set expires_at = now() where expires_at is not null`);
      const sweep = { workflowId: `${SWEEP}-of-tests`, taskQueue: 'main', args: [] };
      await on().temporal.workflow.execute(SWEEP, sweep);
      const { body: left } = await on().docket.request<Replayed>('GET', `/v1/enrichments/${test.id}`);
      expect(left).toMatchObject({ result: null, trace: { passages: [], costMicros: COST_OF_A_CALL } });
      expect(left.trace.calls.map(({ output }) => output)).toEqual([null]);
      const { body: listed } = await on().docket.request<{ data: object[] }>(
        'GET',
        `/v1/enrichments/${id}/replays`,
      );
      expect(listed.data).toEqual([]);
    });
  });
}
