import { DocketError } from '@docket/domain/errors';
import { runHasEnded } from '@docket/domain/run/state-rules';
import type { TenantDatabase } from '../connection/tenant-database.js';
import type { TenantTransaction } from '../connection/tenant-transaction.js';
import type { RunStart } from '../runs/run.repository.js';
import { noteTakeUp, runNotFound, type Alongside, type TakeUp, type TakenUpRun } from './take-up.js';

/** Has messages to webhooks delivered again, with a schedule of tries from its beginning. */
export class WebhookDeliveryTakeUps {
  constructor(private readonly tenants: TenantDatabase) {}

  /**
   * Makes one new execution possible, of what failed (`retry`) or however it ended (`rerun`): the receiver knows a
   * message that it has by its id. One that is open is left alone.
   *
   * @throws DocketError `webhook.disabled`, `run.not_retryable` when it was delivered, `run.not_found`
   */
  async takeUp(
    orgId: string,
    runId: string,
    request: TakeUp,
    alongside: Alongside<TakenUpRun>,
  ): Promise<TakenUpRun> {
    return this.tenants.withTenant(orgId, async (tx) => {
      const run = await tx.runs.lock(runId);
      if (!run) throw runNotFound();
      if (run.state === 'succeeded' && request.kind === 'retry')
        throw new DocketError('run.not_retryable', 'It was delivered. Redeliver it, to have it sent again.');
      const start = runHasEnded(run.state) ? await requeue(tx, runId, request) : null;
      const taken = { runState: start ? ('queued' as const) : run.state, start };
      await alongside(tx, taken);
      return taken;
    });
  }
}

async function requeue(tx: TenantTransaction, runId: string, request: TakeUp): Promise<RunStart | null> {
  const delivery = await tx.webhookDeliveries.findByRun(runId);
  const webhook = delivery && (await tx.webhooks.find(delivery.webhookId));
  if (!webhook) throw new DocketError('run.not_retryable', 'Its webhook was deleted.');
  if (webhook.disabledAt !== null)
    throw new DocketError('webhook.disabled', 'The webhook is disabled. Enable it first.');
  const start = await tx.runs.requeue(runId, 'send', {}, request.by === 'policy');
  if (start) await noteTakeUp(tx, request, start, 'send');
  return start;
}
