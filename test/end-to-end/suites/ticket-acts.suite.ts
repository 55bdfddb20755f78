import { describe, expect, it } from '@jest/globals';
import { until } from '../../support/until.ts';
import type { FullRun } from '../support/runs.ts';
import { COST_OF_A_CALL, GOOD, reply, type EnrichmentAnswer, type TicketBench } from '../support/tickets.ts';

/** Longest from an operator's act to rows that agree. */
const AGREE_WITHIN_MS = 5_000;
const WAIT = { prefer: 'wait=20' };

/** What operators do in the Temporal Web UI to a ticket's run, and what people do with it over the API. */
export function runTicketActsSuite(on: () => TicketBench): void {
  const handleOf = (run: FullRun) => on().temporal.workflow.getHandle(run.workflowId);
  const runOf = async (runId: string): Promise<FullRun> =>
    (await on().docket.request<FullRun>('GET', `/v1/runs/${runId}`)).body;
  const act = async (runId: string, action: string, body?: object) =>
    (
      await on().docket.request<{ enrichment: EnrichmentAnswer }>(
        'POST',
        `/v1/runs/${runId}/${action}`,
        body,
        WAIT,
      )
    ).body.enrichment;

  /** A ticket whose model says nothing the first time; returns once the model is asked. */
  async function asked(): Promise<{ name: string; ticketId: string; runId: string }> {
    const name = on().nameFor((call) => (call === 1 ? { kind: 'hang' } : GOOD));
    const sent = await on().send(name);
    await until('the model is asked', () => on().callsOf.get(name) === 1);
    return { name, ...sent };
  }

  async function rowsSay(ticketId: string, runId: string, run: string, code: string): Promise<void> {
    await until(`the run is ${run}`, async () => (await runOf(runId)).state === run, AGREE_WITHIN_MS);
    expect(await on().current(ticketId)).toMatchObject({ state: 'cancelled', error: { code } });
  }

  describe('rows agree within five seconds with what an operator did in Temporal to a ticket’s run', () => {
    it('terminate while the model is asked; the next revision is enriched', async () => {
      const { name, ticketId, runId } = await asked();
      await handleOf(await runOf(runId)).terminate('by an operator');
      await rowsSay(ticketId, runId, 'terminated', 'run.terminated');
      await on().send(name, 'When does the payroll export run each night?');
      expect(await on().ended(ticketId)).toMatchObject({ state: 'ready', revision: 2 });
    });

    it('terminate while a change waits for quiet: whoever asks again is answered', async () => {
      const { ticketId } = await on().enrich(() => GOOD);
      const { body: ticket } = await on().docket.request<{ externalId: string }>(
        'GET',
        `/v1/tickets/${ticketId}`,
      );
      const { runId } = await on().send(ticket.externalId, 'And when does the payroll export end?');
      await handleOf(await runOf(runId)).terminate('by an operator');
      await rowsSay(ticketId, runId, 'terminated', 'run.terminated');
      await on().docket.request('POST', `/v1/tickets/${ticketId}/enrichments`, {});
      expect(await on().ended(ticketId)).toMatchObject({ state: 'ready', revision: 2 });
    });

    it('cancel; a retry takes the same run up again', async () => {
      const { ticketId, runId } = await asked();
      await handleOf(await runOf(runId)).cancel();
      await rowsSay(ticketId, runId, 'cancelled', 'run.cancelled');
      expect(await act(runId, 'retry')).toMatchObject({ state: 'ready', runId });
      expect(await runOf(runId)).toMatchObject({ state: 'succeeded', attempts: 2 });
    });
  });

  describe('the run of a ticket', () => {
    it('that failed by its answer is retried once by many who ask at once: asked anew, and paid for', async () => {
      const bad = { kind: 'answer', text: '{"off":"schema"}' } as const;
      const name = on().nameFor((call) => (call <= 2 ? bad : GOOD));
      const { ticketId, runId } = await on().send(name);
      expect(await on().ended(ticketId)).toMatchObject({ state: 'failed' });
      await Promise.all(Array.from({ length: 6 }, () => act(runId, 'retry')));
      const { state, trace } = await on().ended(ticketId);
      expect({ state, calls: trace.calls.length, cost: trace.costMicros }).toEqual({
        state: 'ready',
        calls: 3,
        cost: 3 * COST_OF_A_CALL,
      });
      expect(await runOf(runId)).toMatchObject({ attempts: 2, error: null });
    });

    it('that is ready is made again from a step: checked again for nothing, asked again for money', async () => {
      const { ticketId, runId } = await on().enrich((call) =>
        call === 1 ? GOOD : { kind: 'answer', text: reply({ summary: 'Asked again.' }) },
      );
      await expect(act(runId, 'retry')).rejects.toMatchObject({ status: 409, code: 'run.not_retryable' });
      await expect(act(runId, 'rerun', { fromStep: 'parse' })).rejects.toMatchObject({ status: 400 });
      expect(await act(runId, 'rerun', { fromStep: 'check' })).toMatchObject({ state: 'ready' });
      expect((await on().ended(ticketId)).trace.costMicros).toBe(COST_OF_A_CALL);
      expect(await act(runId, 'rerun', { fromStep: 'ask' })).toMatchObject({
        state: 'ready',
        result: { summary: 'Asked again.' },
      });
      expect((await on().ended(ticketId)).trace.costMicros).toBe(2 * COST_OF_A_CALL);
    });

    it('that is made again in vain stays ready as it was, and the run says why', async () => {
      const { ticketId, runId, result } = await on().enrich((call) =>
        call === 1 ? GOOD : { kind: 'refusal', explanation: 'I may not.' },
      );
      expect(await act(runId, 'rerun', { fromStep: 'retrieve' })).toMatchObject({ state: 'ready', result });
      expect(await runOf(runId)).toMatchObject({ state: 'failed', error: { code: 'model.refused' } });
      expect(await on().ended(ticketId)).toMatchObject({ state: 'ready', error: null });
    });

    it('is cancelled, and is not taken up again once a newer one took its place', async () => {
      const { name, ticketId, runId } = await asked();
      expect(await act(runId, 'cancel')).toMatchObject({ state: 'cancelled' });
      await on().send(name, 'When, then, does the payroll export run?');
      expect(await on().ended(ticketId)).toMatchObject({ state: 'ready', revision: 2 });
      await expect(act(runId, 'retry')).rejects.toMatchObject({ status: 409, code: 'run.not_retryable' });
    });
  });
}
