import type { RunState } from '@docket/domain/run/state-rules';
import type { SentEvent } from '@docket/domain/webhook/event';
import type { EntityManager } from 'typeorm';
import type { PageRequest } from '../connection/page.js';

export interface NewWebhookDelivery {
  id: string;
  webhookId: string;
  runId: string;
  event: SentEvent;
  /** As it is signed and sent, byte for byte. */
  body: string;
}

/** A message to one webhook, with the state of the run that delivers it. */
export interface WebhookDelivery extends NewWebhookDelivery {
  createdAt: Date;
  nextTryAt: Date | null;
  runState: RunState;
  errorCode: string | null;
  endedAt: Date | null;
  attempts: number;
}

export interface WebhookAttempt {
  number: number;
  at: Date;
  tookMs: number;
  status: number | null;
  /** Null where it was taken. */
  code: string | null;
  detail: string | null;
}

const COLUMNS = `d.id, d.webhook_id as "webhookId", d.run_id as "runId", d.event, d.body, d.created_at as "createdAt",
  d.next_try_at as "nextTryAt", r.state as "runState", r.error_code as "errorCode", r.ended_at as "endedAt",
  (select count(*)::integer from webhook_attempts a where a.org_id = d.org_id and a.delivery_id = d.id) as attempts`;

/** Messages to webhooks, and how each try to deliver them went. */
export class WebhookDeliveryRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /** Writes a message. Its run is written before it, in the same transaction. */
  async insert({ id, webhookId, runId, event, body }: NewWebhookDelivery): Promise<void> {
    await this.manager.query(
      `insert into webhook_deliveries (org_id, id, webhook_id, run_id, event, body)
       values ($1, $2, $3, $4, $5, $6)`,
      [this.orgId, id, webhookId, runId, event, body],
    );
  }

  async find(id: string): Promise<WebhookDelivery | null> {
    const rows = await this.select('d.id = $2', [id]);
    return rows[0] ?? null;
  }

  async findByRun(runId: string): Promise<WebhookDelivery | null> {
    const rows = await this.select('d.run_id = $2', [runId]);
    return rows[0] ?? null;
  }

  async list(webhookId: string, page: PageRequest): Promise<WebhookDelivery[]> {
    return this.select('d.webhook_id = $2 and ($3::uuid is null or d.id < $3) order by d.id desc limit $4', [
      webhookId,
      page.beforeId,
      page.limit + 1,
    ]);
  }

  private async select(condition: string, parameters: unknown[]): Promise<WebhookDelivery[]> {
    return this.manager.query(
      `select ${COLUMNS} from webhook_deliveries d join runs r on r.org_id = d.org_id and r.id = d.run_id
        where d.org_id = $1 and ${condition}`,
      [this.orgId, ...parameters],
    );
  }

  /**
   * Adds a try to the list, and says when the next one comes; its number is given here. Whoever repeats a try that was
   * noted has tried once more.
   */
  async addAttempt(
    deliveryId: string,
    { at, tookMs, status, code, detail }: Omit<WebhookAttempt, 'number'>,
    nextAfterMs: number | null,
  ): Promise<number> {
    const [row]: [{ number: number }] = await this.manager.query(
      `with noted as (
         update webhook_deliveries set next_try_at = now() + make_interval(secs => $8::float8 / 1000)
          where org_id = $1 and id = $2 returning id
       )
       insert into webhook_attempts (org_id, delivery_id, number, at, took_ms, status, code, detail)
       select $1, $2, 1 + coalesce((select max(number) from webhook_attempts where org_id = $1 and delivery_id = $2), 0),
              $3, $4, $5, $6, $7 from noted returning number`,
      [this.orgId, deliveryId, at, tookMs, status, code, detail, nextAfterMs],
    );
    return row.number;
  }

  /** Nothing is waited for any longer. */
  async stopWaiting(deliveryId: string): Promise<void> {
    await this.manager.query(
      'update webhook_deliveries set next_try_at = null where org_id = $1 and id = $2 and next_try_at is not null',
      [this.orgId, deliveryId],
    );
  }

  /** Removes a message with its tries. Its run stays. */
  async remove(deliveryId: string): Promise<void> {
    await this.manager.query('delete from webhook_deliveries where org_id = $1 and id = $2', [
      this.orgId,
      deliveryId,
    ]);
  }

  /** Tries of a message, oldest first. */
  async attempts(deliveryId: string): Promise<WebhookAttempt[]> {
    return this.manager.query(
      `select number, at, took_ms as "tookMs", status, code, detail from webhook_attempts
        where org_id = $1 and delivery_id = $2 order by number`,
      [this.orgId, deliveryId],
    );
  }
}
