import type { WebhookResult } from '@docket/adapters/webhook/sender';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import type { Webhook } from '@docket/db/webhooks';
import { ERROR_TITLES } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import type { AttemptWebhookDeliveryResult, WebhookDeliverySubject } from './webhook-delivery.types.js';

const DAY_MS = 86_400_000;
/** A webhook that took nothing for so long, all tries of its last message included, is sent to no longer. */
const DISABLE_AFTER_MS = 5 * DAY_MS;

type Failed = Extract<WebhookResult, { outcome: 'failed' }>;

export interface Try extends WebhookDeliverySubject {
  webhook: Webhook;
  at: Date;
  result: WebhookResult;
  nextAfterMs: number | null;
}

/**
 * Notes how a try went, and what follows from it: attempt, delivery, webhook, run and history in one transaction. The end
 * of a run counts once, so that a repeat adds an attempt to the list and changes nothing else.
 */
export async function noteTry(tx: TenantTransaction, tried: Try): Promise<AttemptWebhookDeliveryResult> {
  const { result } = tried;
  return result.outcome === 'delivered'
    ? noteDelivered(tx, tried, result.status)
    : noteFailed(tx, tried, result);
}

async function noteDelivered(
  tx: TenantTransaction,
  { deliveryId, runId, webhook, at, result: { tookMs } }: Try,
  status: number,
): Promise<AttemptWebhookDeliveryResult> {
  const taken = { at, tookMs, status, code: null, detail: null };
  const attempt = await tx.webhookDeliveries.addAttempt(deliveryId, taken, null);
  await tx.webhooks.noteTry(webhook.id, true);
  await tx.runs.end(runId, { state: 'succeeded', result: { status, attempts: attempt } });
  await tx.runs.addEvents(runId, [
    {
      at,
      step: 'send',
      what: `Delivered: answered ${status}`,
      outcome: 'succeeded',
      attempt,
      durationMs: tookMs,
    },
  ]);
  return { outcome: 'delivered', code: null };
}

async function noteFailed(
  tx: TenantTransaction,
  { deliveryId, runId, webhook, at, nextAfterMs }: Try,
  result: Failed,
): Promise<AttemptWebhookDeliveryResult> {
  const { code, status, detail, tookMs } = result;
  const isGone = code === 'webhook.gone';
  const isLast = isGone || nextAfterMs === null;
  const failed = { at, tookMs, status, code, detail };
  const attempt = await tx.webhookDeliveries.addAttempt(deliveryId, failed, isLast ? null : nextAfterMs);
  const failingSince = await tx.webhooks.noteTry(webhook.id, false);
  const what = `Not delivered: ${wordsOf(result)}`;
  const outcome = isLast ? 'failed' : 'retrying';
  await tx.runs.addEvents(runId, [{ at, step: 'send', what, outcome, attempt, durationMs: tookMs }]);
  const error = { code, message: `${ERROR_TITLES[code]}.` };
  if (!isLast) {
    await tx.runs.progress(runId, 'waiting', 'send', error);
    return { outcome: 'failed', code };
  }
  await tx.runs.end(runId, { state: 'failed', error });
  if (isGone) await disable(tx, webhook, 'gone');
  else if (failingSince && at.getTime() - failingSince.getTime() >= DISABLE_AFTER_MS)
    await disable(tx, webhook, 'failing');
  return { outcome: 'over', code };
}

async function disable(tx: TenantTransaction, { id }: Webhook, reason: 'failing' | 'gone'): Promise<void> {
  if (!(await tx.webhooks.disable(id, reason))) return;
  tx.audit.append({
    action: 'webhook.disable',
    subject: toTypeId('webhook', id),
    before: { disabledReason: null },
    after: { disabledReason: reason },
  });
}

/** Nothing is sent any longer: the webhook is not there, or does not want it. */
export async function noteOver(
  tx: TenantTransaction,
  { deliveryId, runId }: Pick<WebhookDeliverySubject, 'deliveryId' | 'runId'>,
  code: 'webhook.not_found' | 'webhook.disabled',
): Promise<AttemptWebhookDeliveryResult> {
  const message = `${ERROR_TITLES[code]}.`;
  await tx.webhookDeliveries.stopWaiting(deliveryId);
  if (await tx.runs.end(runId, { state: 'failed', error: { code, message } }))
    await tx.runs.addEvents(runId, [
      { at: new Date(), step: 'send', what: `Not sent: ${message}`, outcome: 'failed' },
    ]);
  return { outcome: 'over', code };
}

/** Somebody cancelled it. A repeat finds it so. */
export async function noteCancelled(
  tx: TenantTransaction,
  { deliveryId, runId }: WebhookDeliverySubject,
): Promise<void> {
  const message = 'The delivery was cancelled.';
  await tx.webhookDeliveries.stopWaiting(deliveryId);
  if (await tx.runs.end(runId, { state: 'cancelled', error: { code: 'run.cancelled', message } }))
    await tx.runs.addEvents(runId, [{ at: new Date(), step: 'send', what: message, outcome: 'failed' }]);
}

function wordsOf({ code, status, detail }: Failed): string {
  const title = ERROR_TITLES[code];
  if (status !== null) return `${title} (${status})`;
  return detail === null ? title : `${title} (${detail})`;
}
