import { webhookSecretOwner, type SecretBox } from '@docket/adapters/webhook/secret-box';
import type { WebhookRequest, WebhookResult } from '@docket/adapters/webhook/sender';
import { signedHeaders } from '@docket/adapters/webhook/signature';
import type { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import type { WebhookDelivery } from '@docket/db/webhook-deliveries';
import type { Webhook } from '@docket/db/webhooks';
import { toTypeId } from '@docket/domain/ids/type-id';
import { Context } from '@temporalio/activity';
import { noteOver, noteTry } from './note-try.js';
import type { AttemptWebhookDeliveryInput, AttemptWebhookDeliveryResult } from './webhook-delivery.types.js';

export interface WebhookAttemptDependencies {
  tenants: TenantDatabase;
  sender: { send(request: WebhookRequest): Promise<WebhookResult> };
  secrets: SecretBox;
  workerBuild: string;
  now(): Date;
  /** Told of each try, for the metrics: `delivered` or the code of what went wrong. */
  onTry(outcome: string, tookMs: number): void;
}

/** Tries under way at once in this process: receivers that are slow leave the other slots of the queue to others. */
const MOST_AT_ONCE = 15;
/** A try takes ten seconds at most. */
const BUSY_SECONDS = 2;

/** Too many tries are under way here. A way of waiting. */
class WebhookSlotsBusy extends Error {
  override readonly name = 'WebhookSlotsBusy';
  readonly retryAfterSeconds = BUSY_SECONDS * (0.5 + Math.random());
}

/**
 * One try to deliver a message: signed now, sent to an address that is checked now, and noted with how long it took.
 * What is repeated after a crash is sent again under the same id, by which its receiver knows it.
 */
export class AttemptWebhookDelivery {
  private underWay = 0;

  constructor(private readonly on: WebhookAttemptDependencies) {}

  async run(input: AttemptWebhookDeliveryInput): Promise<AttemptWebhookDeliveryResult> {
    if (this.underWay >= MOST_AT_ONCE) throw new WebhookSlotsBusy('too many webhooks are being sent');
    this.underWay += 1;
    try {
      return await this.attempt(input);
    } finally {
      this.underWay -= 1;
    }
  }

  private async attempt(input: AttemptWebhookDeliveryInput): Promise<AttemptWebhookDeliveryResult> {
    const { tenants, sender } = this.on;
    const ready = await tenants.withTenant(input.orgId, (tx) => this.prepare(tx, input));
    if ('outcome' in ready) return ready;
    const at = this.on.now();
    const result = await sender.send({
      url: ready.webhook.url,
      body: ready.delivery.body,
      headers: this.sign(input.orgId, ready, at),
    });
    this.on.onTry(result.outcome === 'delivered' ? 'delivered' : result.code, result.tookMs);
    return tenants.withTenant(input.orgId, (tx) => noteTry(tx, { ...input, ...ready, at, result }));
  }

  /** What is sent and where to; or that nothing is to be sent any longer. */
  private async prepare(
    tx: TenantTransaction,
    { deliveryId, runId }: AttemptWebhookDeliveryInput,
  ): Promise<Ready | AttemptWebhookDeliveryResult> {
    const { workflowExecution } = Context.current().info;
    if (workflowExecution) await tx.runs.recordExecution(runId, workflowExecution.runId, this.on.workerBuild);
    const delivery = await tx.webhookDeliveries.find(deliveryId);
    const webhook = delivery && (await tx.webhooks.find(delivery.webhookId));
    if (!webhook) return noteOver(tx, { deliveryId, runId }, 'webhook.not_found');
    if (webhook.disabledAt !== null) return noteOver(tx, { deliveryId, runId }, 'webhook.disabled');
    await tx.runs.progress(runId, 'running', 'send');
    return { delivery, webhook, sealed: await tx.webhooks.secrets(webhook.id) };
  }

  private sign(orgId: string, { delivery, webhook, sealed }: Ready, sentAt: Date): Record<string, string> {
    const owner = webhookSecretOwner(orgId, webhook.id);
    const secrets = sealed.map((secret) => this.on.secrets.open(secret, owner));
    return signedHeaders(
      { id: toTypeId('webhookDelivery', delivery.id), sentAt, body: delivery.body },
      secrets,
    );
  }
}

interface Ready {
  delivery: WebhookDelivery;
  webhook: Webhook;
  sealed: Buffer[];
}
