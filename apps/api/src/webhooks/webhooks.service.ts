import { WebhookAddresses } from '@docket/adapters/webhook/address';
import { SecretBox, webhookSecretOwner } from '@docket/adapters/webhook/secret-box';
import { newWebhookSecret } from '@docket/adapters/webhook/signature';
import type { AuditFields } from '@docket/db/audit/event';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import type { Webhook } from '@docket/db/webhooks';
import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { Injectable } from '@nestjs/common';
import { notFound } from '../http/ids.js';
import { idCursor, idPage, toPage, type Page, type PageQuery } from '../http/page.js';
import { IdempotentAnswers } from '../idempotency/idempotent-answers.js';
import { newId } from '../infrastructure/ids.js';
import { checkWebhookAddress } from './webhook-address-check.js';
import type {
  CreatedWebhookDto,
  CreateWebhookDto,
  UpdateWebhookDto,
  WebhookDto,
  WebhookSecretDto,
} from './webhook.dto.js';
import { showWebhook } from './webhook.presenter.js';

/** Each is told of every event that it wants: more would be a service of its own. */
const MOST_WEBHOOKS = 20;
const HOUR_SECONDS = 3_600;

/** Where an organisation has its events sent. */
@Injectable()
export class WebhooksService {
  constructor(
    private readonly tenants: TenantDatabase,
    private readonly answers: IdempotentAnswers,
    private readonly addresses: WebhookAddresses,
    private readonly box: SecretBox,
  ) {}

  /** @throws DocketError `webhook.address_refused`, `webhook.not_configured`, `quota.webhooks_exceeded` */
  async create(orgId: string, { url, events, description }: CreateWebhookDto): Promise<CreatedWebhookDto> {
    this.refuseUnlessReady();
    await checkWebhookAddress(this.addresses, url);
    const id = newId();
    const { secret, row } = this.newSecret(orgId, id);
    return this.tenants.withTenant(orgId, async (tx) => {
      const settings = { url, events, description: description ?? null };
      if (!(await tx.webhooks.insert(id, settings, MOST_WEBHOOKS))) throw tooMany();
      await tx.webhooks.addSecret(id, row, 0);
      const made = await find(tx, id);
      const subject = toTypeId('webhook', id);
      tx.audit.append({ action: 'webhook.create', subject, after: auditedOf(made) });
      await this.answers.settle(tx, { status: 201, location: `/v1/webhooks/${subject}`, isSecret: true });
      return { ...showWebhook(made), secret };
    });
  }

  async list(orgId: string, query: PageQuery): Promise<Page<WebhookDto>> {
    const page = idPage(query, 'webhook');
    const rows = await this.tenants.withTenant(orgId, (tx) => tx.webhooks.list(page));
    return toPage(rows, page.limit, showWebhook, idCursor('webhook'));
  }

  async get(orgId: string, id: string): Promise<WebhookDto> {
    return showWebhook(await this.tenants.withTenant(orgId, (tx) => find(tx, id)));
  }

  /** Changes what is given and leaves the rest. */
  async update(orgId: string, id: string, changes: UpdateWebhookDto): Promise<WebhookDto> {
    if (changes.url !== undefined) await checkWebhookAddress(this.addresses, changes.url);
    return this.tenants.withTenant(orgId, async (tx) => {
      const before = await lock(tx, id);
      const { url = before.url, events = before.events, description = before.description } = changes;
      await tx.webhooks.update(id, { url, events, description });
      if (changes.enabled === true) await tx.webhooks.enable(id);
      if (changes.enabled === false) await tx.webhooks.disable(id, 'by_hand');
      const after = await find(tx, id);
      tx.audit.append({
        action: 'webhook.update',
        subject: toTypeId('webhook', id),
        before: auditedOf(before),
        after: auditedOf(after),
      });
      return showWebhook(after);
    });
  }

  /** Deletes it with its deliveries. What is under way is sent no more. */
  async delete(orgId: string, id: string): Promise<void> {
    await this.tenants.withTenant(orgId, async (tx) => {
      const before = await lock(tx, id);
      await tx.webhooks.delete(id);
      tx.audit.append({
        action: 'webhook.delete',
        subject: toTypeId('webhook', id),
        before: auditedOf(before),
      });
    });
  }

  /**
   * Gives a webhook its next secret. Messages are signed with both for as long as was asked for.
   *
   * @throws DocketError `webhook.not_configured`
   */
  async rotateSecret(orgId: string, id: string, overlapHours: number): Promise<WebhookSecretDto> {
    this.refuseUnlessReady();
    const { secret, row } = this.newSecret(orgId, id);
    const overlapSeconds = overlapHours * HOUR_SECONDS;
    await this.tenants.withTenant(orgId, async (tx) => {
      await lock(tx, id);
      await tx.webhooks.addSecret(id, row, overlapSeconds);
      const subject = toTypeId('webhook', id);
      tx.audit.append({ action: 'webhook.rotate_secret', subject, after: { overlapHours } });
      await this.answers.settle(tx, { status: 201, isSecret: true });
    });
    return { secret, previousExpiresAt: new Date(Date.now() + overlapSeconds * 1_000).toISOString() };
  }

  private newSecret(orgId: string, webhookId: string) {
    const secret = newWebhookSecret();
    const sealed = this.box.seal(secret, webhookSecretOwner(orgId, webhookId));
    return { secret, row: { id: newId(), sealed } };
  }

  private refuseUnlessReady(): void {
    if (!this.box.isReady)
      throw new DocketError(
        'webhook.not_configured',
        'This installation keeps no secrets of webhooks. Ask its operator to set WEBHOOK_SECRET_KEYS.',
      );
  }
}

async function find(tx: TenantTransaction, id: string): Promise<Webhook> {
  const webhook = await tx.webhooks.find(id);
  if (!webhook) throw notFound('webhook');
  return webhook;
}

async function lock(tx: TenantTransaction, id: string): Promise<Webhook> {
  const webhook = await tx.webhooks.lock(id);
  if (!webhook) throw notFound('webhook');
  return webhook;
}

/** Of the address its origin: the rest may be as good as a password. */
function auditedOf({ url, events, description, disabledReason }: Webhook): AuditFields {
  return { origin: new URL(url).origin, events, description, disabledReason };
}

function tooMany(): DocketError {
  return new DocketError(
    'quota.webhooks_exceeded',
    `An organisation can have ${MOST_WEBHOOKS} webhooks. Delete one that nobody needs.`,
  );
}
