import { queueDelivery } from '@docket/db/queue-delivery';
import type { TakeUp } from '@docket/db/take-up';
import { WebhookDeliveryTakeUps } from '@docket/db/take-up/webhook-delivery';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import type { WebhookDelivery } from '@docket/db/webhook-deliveries';
import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import type { RunState } from '@docket/domain/run/state-rules';
import { TEST_EVENT, webhookBody } from '@docket/domain/webhook/event';
import { currentLogContext } from '@docket/platform/logging/log-context';
import {
  WEBHOOK_DELIVERY,
  webhookDeliveryInput,
  webhookDeliveryWorkflowId,
} from '@docket/workflows/webhook-delivery/contract';
import { Injectable } from '@nestjs/common';
import { notFound } from '../http/ids.js';
import { idCursor, idPage, toPage, type Page, type PageQuery } from '../http/page.js';
import { IdempotentAnswers, type Answer } from '../idempotency/idempotent-answers.js';
import { newId } from '../infrastructure/ids.js';
import { RunStarter } from '../runs/run-starter.js';
import type { StartedDeliveryDto, WebhookDeliveryDetailDto, WebhookDeliveryDto } from './webhook.dto.js';
import { showDelivery, showDeliveryDetail } from './webhook.presenter.js';

/** What was sent to webhooks, and having it sent. */
@Injectable()
export class WebhookDeliveriesService {
  private readonly takeUps: WebhookDeliveryTakeUps;

  constructor(
    private readonly tenants: TenantDatabase,
    private readonly starter: RunStarter,
    private readonly answers: IdempotentAnswers,
  ) {
    this.takeUps = new WebhookDeliveryTakeUps(tenants);
  }

  async list(orgId: string, webhookId: string, query: PageQuery): Promise<Page<WebhookDeliveryDto>> {
    const page = idPage(query, 'webhookDelivery');
    const rows = await this.tenants.withTenant(orgId, async (tx) => {
      if (!(await tx.webhooks.find(webhookId))) throw notFound('webhook');
      return tx.webhookDeliveries.list(webhookId, page);
    });
    return toPage(rows, page.limit, showDelivery, idCursor('webhookDelivery'));
  }

  async get(orgId: string, id: string): Promise<WebhookDeliveryDetailDto> {
    return this.tenants.withTenant(orgId, async (tx) =>
      showDeliveryDetail(await find(tx, id), await tx.webhookDeliveries.attempts(id)),
    );
  }

  /**
   * Sends a webhook a message that says nothing but that it comes through.
   *
   * @throws DocketError `webhook.disabled`
   */
  async sendTest(orgId: string, webhookId: string): Promise<StartedDeliveryDto> {
    const [deliveryId, runId] = [newId(), newId()];
    const subject = toTypeId('webhookDelivery', deliveryId);
    const { requestId, traceparent } = currentLogContext();
    const run = {
      id: runId,
      kind: WEBHOOK_DELIVERY,
      workflowId: webhookDeliveryWorkflowId(toTypeId('org', orgId), subject),
      input: webhookDeliveryInput({ orgId, deliveryId, runId }, subject),
      requestId: requestId ?? runId,
      traceparent: traceparent ?? null,
    };
    const body = webhookBody(TEST_EVENT, new Date(), { webhookId: toTypeId('webhook', webhookId) });
    const accepted = { deliveryId: subject, state: 'queued' as const, runId: toTypeId('run', runId) };
    const start = await this.tenants.withTenant(orgId, async (tx) => {
      await refuseDisabled(tx, webhookId);
      const queued = await queueDelivery(tx, { deliveryId, webhookId, event: TEST_EVENT, body, run });
      tx.audit.append({
        action: 'webhook.test',
        subject: toTypeId('webhook', webhookId),
        after: { deliveryId: subject },
      });
      await this.answers.settle(tx, answerOf(accepted));
      return queued;
    });
    await this.starter.start(start);
    return accepted;
  }

  /**
   * Has a message sent again, however it ended; one that is under way is left alone.
   *
   * @throws DocketError `webhook.disabled`
   */
  async redeliver(orgId: string, id: string): Promise<StartedDeliveryDto> {
    const { runId } = await this.tenants.withTenant(orgId, (tx) => find(tx, id));
    const accepted = (state: RunState): StartedDeliveryDto => ({
      deliveryId: toTypeId('webhookDelivery', id),
      state,
      runId: toTypeId('run', runId),
    });
    const request = { kind: 'rerun', fromStep: 'send', by: 'person' } as const;
    return accepted(await this.takeUp(orgId, runId, request, (state) => answerOf(accepted(state))));
  }

  /**
   * The same by its run.
   *
   * @throws DocketError `webhook.disabled`, `run.not_retryable`
   */
  async takeUp(
    orgId: string,
    runId: string,
    request: TakeUp,
    answerOf: (state: RunState) => Answer,
  ): Promise<RunState> {
    const { runState, start } = await this.takeUps.takeUp(orgId, runId, request, (tx, taken) =>
      this.answers.settle(tx, answerOf(taken.runState)),
    );
    if (start) await this.starter.start(start);
    return runState;
  }
}

function answerOf(body: StartedDeliveryDto): Answer {
  return { status: 202, location: `/v1/webhook-deliveries/${body.deliveryId}`, body };
}

async function find(tx: TenantTransaction, id: string): Promise<WebhookDelivery> {
  const delivery = await tx.webhookDeliveries.find(id);
  if (!delivery) throw notFound('webhookDelivery');
  return delivery;
}

async function refuseDisabled(tx: TenantTransaction, webhookId: string): Promise<void> {
  const webhook = await tx.webhooks.find(webhookId);
  if (!webhook) throw notFound('webhook');
  if (webhook.disabledAt !== null)
    throw new DocketError('webhook.disabled', 'The webhook is disabled. Enable it first.');
}
