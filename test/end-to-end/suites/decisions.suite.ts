import { parseTypeId } from '@docket/domain/ids/type-id';
import { SWEEP } from '@docket/workflows/sweep/contract';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { DocketClient } from '../../../tools/client/docket-client.ts';
import { until } from '../../support/until.ts';
import type { FullRun } from '../support/runs.ts';
import { ARTICLE, reply, type EnrichmentAnswer, type TicketBench } from '../support/tickets.ts';

const EDITED = 'Good morning! Every night at two, your payroll export runs.';

interface Awaited extends EnrichmentAnswer {
  decision: {
    decision: string | null;
    reply: string | null;
    decidedBy: string | null;
    expiresAt: string;
    runId: string;
  } | null;
}

/** People decide on suggested replies. */
export function runDecisionsSuite(on: () => TicketBench): void {
  let docket: DocketClient;

  const read = async (id: string): Promise<Awaited> =>
    (await docket.request<Awaited>('GET', `/v1/enrichments/${id}`)).body;
  const decide = (id: string, body: object) =>
    docket.request<{ state: string }>('POST', `/v1/enrichments/${id}/decision`, body);
  const runOf = async (runId: string): Promise<FullRun> =>
    (await docket.request<FullRun>('GET', `/v1/runs/${runId}`)).body;

  /** A ticket of its own, enriched. */
  async function enriched(text = reply()): Promise<Awaited & { ticketId: string; externalId: string }> {
    const externalId = on().nameFor(() => ({ kind: 'answer', text }));
    const ticketId = await send(externalId, 'When does the payroll export run every night?');
    const { body } = await docket.request<{ enrichment: { id: string } }>('GET', `/v1/tickets/${ticketId}`);
    return { ...(await read(body.enrichment.id)), ticketId, externalId };
  }

  async function send(externalId: string, body: string): Promise<string> {
    const ticket = { externalId, subject: `Payroll export ${externalId}`, body };
    const sent = await docket.request<{ id: string }>('POST', '/v1/tickets', ticket, { prefer: 'wait=20' });
    return sent.body.id;
  }

  async function becomes(id: string, state: string): Promise<void> {
    await until(`the enrichment is ${state}`, async () => (await read(id)).state === state);
  }

  /** As if the minute of the sweep had come. */
  async function sweep(id: string): Promise<void> {
    await on().running.stack.database.asAdmin(
      `update enrichment_decisions set due_at = now() - interval '1 second' where enrichment_id = $1`,
      [parseTypeId('enrichment', id)],
    );
    await on().temporal.workflow.execute(SWEEP, {
      workflowId: `${SWEEP}-of-decisions`,
      taskQueue: 'main',
      args: [],
    });
  }

  describe('where an organisation wants its replies decided on', () => {
    beforeAll(async () => {
      ({ docket } = await on().running.stack.newOrg(on().running.api));
      const article = { title: 'Payroll exports', text: ARTICLE, mediaType: 'text/markdown' };
      await docket.request('POST', '/v1/documents', article, { prefer: 'wait=30' });
      await docket.request('PATCH', '/v1/org', { approvalPolicy: 'always', learnFromEdits: true });
    }, 60_000);

    it('a reply awaits it, with a run that waits; an abstention does not', async () => {
      const { id, state, decision } = await enriched();
      expect(state).toBe('awaiting_decision');
      expect(decision).toMatchObject({ decision: null, reply: null, decidedBy: null });
      await until('the run waits', async () => (await runOf(decision?.runId ?? '')).state === 'waiting');
      const abstained = await enriched(reply({ answerable: false, reply: null, citations: [] }));
      expect(abstained).toMatchObject({ state: 'ready', decision: null });
      await decide(id, { decision: 'approve' });
    });

    it('of a hundred who approve at once one does, and it has one effect', async () => {
      const { id, decision } = await enriched();
      const tried = await Promise.allSettled(
        Array.from({ length: 100 }, () => decide(id, { decision: 'approve' })),
      );
      expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const refusals = tried.flatMap((each) => (each.status === 'rejected' ? [each.reason as object] : []));
      for (const refusal of refusals)
        expect(refusal).toMatchObject({ status: 409, code: 'enrichment.already_decided' });
      await becomes(id, 'approved');
      const { body: history } = await docket.request<{ data: { step: string }[] }>(
        'GET',
        `/v1/runs/${decision?.runId}/history`,
      );
      expect(history.data).toHaveLength(1);
      const { body: audit } = await docket.request<{ data: object[] }>(
        'GET',
        `/v1/audit?action=enrichment.decide&subject=${id}`,
      );
      expect(audit.data).toHaveLength(1);
    }, 90_000);

    it('an edit is kept beside the suggestion, and is learned from once', async () => {
      const { id, result } = await enriched();
      await expect(decide(id, { decision: 'edit' })).rejects.toMatchObject({ status: 400 });
      const { body } = await decide(id, { decision: 'edit', reply: EDITED, reason: 'Too curt.' });
      expect(body.state).toBe('edited');
      await becomes(id, 'edited');
      expect(await read(id)).toMatchObject({ result, decision: { reply: EDITED, reason: 'Too curt.' } });
      const { body: examples } = await docket.request<{
        data: { id: string; reply: string; category: string }[];
      }>('GET', '/v1/examples');
      expect(examples.data).toMatchObject([{ reply: EDITED, category: 'question' }]);
      // Shown to the model as an example, it would name this ticket where another is asked about.
      await docket.request('DELETE', `/v1/examples/${examples.data[0]?.id}`);
    });

    it('a decision that is made while no worker is there comes into effect when one is', async () => {
      const { id, decision } = await enriched();
      await on().running.worker.stop();
      const startedAt = performance.now();
      await decide(id, { decision: 'reject', reason: 'It is not so.' });
      expect(performance.now() - startedAt).toBeLessThan(3_000);
      expect(await read(id)).toMatchObject({ state: 'awaiting_decision', decision: { decision: 'reject' } });
      await expect(decide(id, { decision: 'approve' })).rejects.toMatchObject({ status: 409 });
      on().running.worker = await on().running.stack.startWorker();
      await sweep(id);
      await becomes(id, 'rejected');
      await until('the run is over', async () => (await runOf(decision?.runId ?? '')).state === 'succeeded');
    }, 60_000);

    it('a newer revision takes the place of what nobody decided on', async () => {
      const { id, externalId, decision } = await enriched();
      await send(externalId, 'And on Sundays, when does the payroll export run?');
      await until('it is superseded', async () => (await read(id)).state === 'superseded');
      await expect(decide(id, { decision: 'approve' })).rejects.toMatchObject({
        status: 409,
        code: 'enrichment.superseded',
      });
      await sweep(id);
      const runId = decision?.runId ?? '';
      // The sweep asks the workflow to end, and does not wait for it.
      await until('the run is over', async () => (await runOf(runId)).state === 'cancelled');
      const run = await runOf(runId);
      expect(run.error?.code).toBe('enrichment.superseded');
      const { workflow } = on().temporal;
      await until('its workflow has closed', async () => {
        const { status } = await workflow.getHandle(run.workflowId).describe();
        return status.name === 'COMPLETED';
      });
    }, 60_000);

    it('what nobody decides on expires, though its workflow is gone', async () => {
      const { id, decision } = await enriched();
      const run = await runOf(decision?.runId ?? '');
      await on().temporal.workflow.getHandle(run.workflowId).terminate('by an operator');
      await until('the run is terminated', async () => (await runOf(run.id)).state === 'terminated');
      expect((await read(id)).state).toBe('awaiting_decision');
      await sweep(id);
      expect((await read(id)).state).toBe('decision_expired');
      await expect(decide(id, { decision: 'approve' })).rejects.toMatchObject({
        code: 'enrichment.already_decided',
      });
    }, 60_000);

    it('only what is less sure than asked for awaits it, where the organisation says so', async () => {
      await expect(
        docket.request('PATCH', '/v1/org', { approvalPolicy: 'below_confidence' }),
      ).rejects.toMatchObject({ status: 400 });
      await docket.request('PATCH', '/v1/org', {
        approvalPolicy: 'below_confidence',
        approvalConfidence: 0.5,
      });
      expect((await enriched(reply({ categoryConfidence: 0.4 }))).state).toBe('awaiting_decision');
      await docket.request('PATCH', '/v1/org', { approvalConfidence: 0.01 });
      expect((await enriched(reply({ categoryConfidence: 0.4 }))).state).toBe('ready');
    });

    it('nobody of another organisation decides', async () => {
      await docket.request('PATCH', '/v1/org', { approvalPolicy: 'always' });
      const { id } = await enriched();
      await expect(
        on().docket.request('POST', `/v1/enrichments/${id}/decision`, { decision: 'approve' }),
      ).rejects.toMatchObject({ status: 404, code: 'enrichment.not_found' });
    });
  });
}
