import type { WebhookEvent } from '@docket/domain/webhook/event';
import type { EntityManager } from 'typeorm';
import type { PageRequest } from '../connection/page.js';

export type DisabledReason = 'by_hand' | 'failing' | 'gone';

export interface Webhook {
  id: string;
  url: string;
  description: string | null;
  events: WebhookEvent[];
  /** Null while it is sent to. */
  disabledReason: DisabledReason | null;
  disabledAt: Date | null;
  /** Since when every try has failed; null when the last one went well. */
  failingSince: Date | null;
  createdAt: Date;
}

export type WebhookSettings = Pick<Webhook, 'url' | 'description' | 'events'>;

const COLUMNS = `w.id, w.url, w.description, w.events, w.disabled_reason as "disabledReason",
  w.disabled_at as "disabledAt", w.failing_since as "failingSince", w.created_at as "createdAt"`;

/** Where an org's events are sent, and what they are signed with. */
export class WebhookRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /**
   * Writes a webhook unless the org has `most` of them; tells whether it did. Two who come at once come one after the
   * other.
   */
  async insert(id: string, { url, description, events }: WebhookSettings, most: number): Promise<boolean> {
    await this.manager.query('select 1 from orgs where id = $1 for no key update', [this.orgId]);
    const rows: unknown[] = await this.manager.query(
      `insert into webhooks (org_id, id, url, description, events)
       select $1, $2, $3, $4, $5 where (select count(*) from webhooks where org_id = $1) < $6 returning id`,
      [this.orgId, id, url, description, events, most],
    );
    return rows.length === 1;
  }

  async find(id: string): Promise<Webhook | null> {
    const rows = await this.select('w.id = $2', [id]);
    return rows[0] ?? null;
  }

  /** The webhook, for whoever changes it: of several at once, each sees what the one before it left. */
  async lock(id: string): Promise<Webhook | null> {
    const rows = await this.select('w.id = $2 for no key update', [id]);
    return rows[0] ?? null;
  }

  async list(page: PageRequest): Promise<Webhook[]> {
    return this.select('($2::uuid is null or w.id < $2) order by w.id desc limit $3', [
      page.beforeId,
      page.limit + 1,
    ]);
  }

  /** Those that want to be told of an event, and are sent to. */
  async subscribedTo(event: WebhookEvent): Promise<Webhook[]> {
    return this.select('w.disabled_at is null and $2 = any(w.events) order by w.id', [event]);
  }

  private async select(condition: string, parameters: unknown[]): Promise<Webhook[]> {
    return this.manager.query(`select ${COLUMNS} from webhooks w where w.org_id = $1 and ${condition}`, [
      this.orgId,
      ...parameters,
    ]);
  }

  async update(id: string, { url, description, events }: WebhookSettings): Promise<void> {
    await this.manager.query(
      'update webhooks set url = $3, description = $4, events = $5 where org_id = $1 and id = $2',
      [this.orgId, id, url, description, events],
    );
  }

  /** Has it sent to no longer, unless that is so already; tells whether it was not. */
  async disable(id: string, reason: DisabledReason): Promise<boolean> {
    const [rows]: [unknown[], number] = await this.manager.query(
      `update webhooks set disabled_reason = $3, disabled_at = now()
        where org_id = $1 and id = $2 and disabled_at is null returning id`,
      [this.orgId, id, reason],
    );
    return rows.length === 1;
  }

  /** Has it sent to again; what failed before is forgiven. */
  async enable(id: string): Promise<void> {
    await this.manager.query(
      `update webhooks set disabled_reason = null, disabled_at = null, failing_since = null
        where org_id = $1 and id = $2`,
      [this.orgId, id],
    );
  }

  /** Notes how a try went, and returns since when all of them have failed. */
  async noteTry(id: string, wasTaken: boolean): Promise<Date | null> {
    const [rows]: [{ failing_since: Date | null }[], number] = await this.manager.query(
      `update webhooks set failing_since = case when $3 then null else coalesce(failing_since, now()) end
        where org_id = $1 and id = $2 returning failing_since`,
      [this.orgId, id, wasTaken],
    );
    return rows[0]?.failing_since ?? null;
  }

  /** Deletes it with its secrets and deliveries; false when there is none. */
  async delete(id: string): Promise<boolean> {
    const [rows]: [unknown[], number] = await this.manager.query(
      'delete from webhooks where org_id = $1 and id = $2 returning id',
      [this.orgId, id],
    );
    return rows.length === 1;
  }

  /**
   * Adds a secret, and has those before it count for so many seconds longer: one of them, since what was being replaced
   * already ends now.
   */
  async addSecret(
    webhookId: string,
    secret: { id: string; sealed: Buffer },
    overlapSeconds: number,
  ): Promise<void> {
    await this.manager.query(
      'delete from webhook_secrets where org_id = $1 and webhook_id = $2 and expires_at is not null',
      [this.orgId, webhookId],
    );
    await this.manager.query(
      `update webhook_secrets set expires_at = now() + make_interval(secs => $3)
        where org_id = $1 and webhook_id = $2`,
      [this.orgId, webhookId, overlapSeconds],
    );
    await this.manager.query(
      'insert into webhook_secrets (org_id, webhook_id, id, sealed) values ($1, $2, $3, $4)',
      [this.orgId, webhookId, secret.id, secret.sealed],
    );
  }

  /** The sealed secrets that count now, the newest first. */
  async secrets(webhookId: string): Promise<Buffer[]> {
    const rows: { sealed: Buffer }[] = await this.manager.query(
      `select sealed from webhook_secrets
        where org_id = $1 and webhook_id = $2 and (expires_at is null or expires_at > now())
        order by id desc`,
      [this.orgId, webhookId],
    );
    return rows.map(({ sealed }) => sealed);
  }
}
