import { createSweepActivities } from '@docket/activities/sweep';
import { createWebhookDeliveryActivities } from '@docket/activities/webhook-delivery';
import { SecretBox, webhookSecretOwner } from '@docket/adapters/webhook/secret-box';
import type { WebhookRequest, WebhookResult } from '@docket/adapters/webhook/sender';
import { newWebhookSecret } from '@docket/adapters/webhook/signature';
import type { AlertRuleSettings } from '@docket/db/alert-rules';
import { queueDelivery } from '@docket/db/queue-delivery';
import type { RunStart } from '@docket/db/runs';
import type { WebhookDeliverySubject } from '@docket/activities/webhook-delivery/types';
import type { RunState } from '@docket/domain/run/state-rules';
import { TEST_EVENT, webhookBody } from '@docket/domain/webhook/event';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createTestDatabase, newId, type TestDatabase } from '../../../../test/support/database.ts';

/** The activities around webhooks on a real database; receivers answer by a script. */
export class WebhookWorld {
  readonly database: TestDatabase;
  readonly orgId: string;
  readonly secrets = new SecretBox(['k'.repeat(32)]);
  readonly sent: WebhookRequest[] = [];
  readonly started: RunStart[] = [];
  answer: () => WebhookResult = () => ({ outcome: 'delivered', status: 200, tookMs: 5 });

  private constructor(database: TestDatabase, orgId: string) {
    this.database = database;
    this.orgId = orgId;
  }

  /** With an organisation of its own, on a database of its own unless one is given. */
  static async open(given?: TestDatabase): Promise<WebhookWorld> {
    const database = given ?? (await createTestDatabase());
    return new WebhookWorld(database, await database.createOrg());
  }

  /** A webhook that wants to be told of alerts, and its secret. */
  async webhook(): Promise<{ id: string; secret: string }> {
    const [id, secret] = [newId(), newWebhookSecret()];
    await this.database.tenants.withTenant(this.orgId, async ({ webhooks }) => {
      const url = `https://hooks.example.com/${id}`;
      await webhooks.insert(id, { url, description: null, events: ['alert.fired', 'alert.resolved'] }, 100);
    });
    await this.addSecret(id, secret, 0);
    return { id, secret };
  }

  async addSecret(webhookId: string, secret: string, overlapSeconds: number): Promise<void> {
    const sealed = this.secrets.seal(secret, webhookSecretOwner(this.orgId, webhookId));
    await this.database.tenants.withTenant(this.orgId, ({ webhooks }) =>
      webhooks.addSecret(webhookId, { id: newId(), sealed }, overlapSeconds),
    );
  }

  async delivery(webhookId: string): Promise<WebhookDeliverySubject> {
    const [deliveryId, runId] = [newId(), newId()];
    const run = { id: runId, kind: 'webhookDelivery', workflowId: `w-${runId}`, input: {} };
    await this.database.tenants.withTenant(this.orgId, (tx) =>
      queueDelivery(tx, {
        ...{ deliveryId, webhookId, event: TEST_EVENT, body: webhookBody(TEST_EVENT, new Date(), {}) },
        run: { ...run, requestId: 'r', traceparent: null },
      }),
    );
    return { orgId: this.orgId, deliveryId, runId };
  }

  get activities() {
    return createWebhookDeliveryActivities({
      tenants: this.database.tenants,
      secrets: this.secrets,
      sender: {
        send: async (request) => {
          this.sent.push(request);
          return this.answer();
        },
      },
      workerBuild: 'build',
      now: () => new Date(),
      onTry: () => undefined,
    });
  }

  async attempt(subject: WebhookDeliverySubject, nextAfterMs: number | null = 5_000) {
    const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
    return environment.run(this.activities.attemptWebhookDelivery, { ...subject, nextAfterMs });
  }

  async find({ deliveryId, runId }: WebhookDeliverySubject) {
    return this.database.tenants.withTenant(this.orgId, async (tx) => {
      const delivery = await tx.webhookDeliveries.find(deliveryId);
      const webhook = delivery && (await tx.webhooks.find(delivery.webhookId));
      const attempts = await tx.webhookDeliveries.attempts(deliveryId);
      const told = (await tx.runs.history(runId)).map(({ what }) => what);
      return { delivery, webhook, attempts, run: await tx.runs.find(runId), told };
    });
  }

  async rule(changes: Partial<AlertRuleSettings> = {}): Promise<string> {
    const id = newId();
    const usual = { windowSeconds: 900, minimumRuns: 4, kind: null, fireAt: 0.5, resolveBelow: 0.2 };
    await this.database.tenants.withTenant(this.orgId, ({ alertRules }) =>
      alertRules.insert(id, { name: 'r', metric: 'failure_rate', ...usual, ...changes }, 100),
    );
    return id;
  }

  /** So many runs that ended, or wait, since so many seconds. */
  async runs(count: number, state: RunState, { kind = 'documentIngest', age = 60, code = 'x.y' } = {}) {
    await this.database.asAdmin(
      `insert into runs (org_id, id, kind, subject_kind, subject_id, workflow_id, input, request_id, state, queued_at,
                         ended_at, error_code)
       select $1, gen_random_uuid(), $4, 'document', gen_random_uuid(), 'w', '{}', 'r', $2,
              now() - make_interval(secs => $5),
              case when $2 in ('succeeded', 'failed', 'terminated') then now() - make_interval(secs => $5) end, $6
         from generate_series(1, $3)`,
      [this.orgId, state, count, kind, age, code],
    );
  }

  async evaluate(): Promise<{ rules: number; changed: number }> {
    const { evaluateAlerts } = createSweepActivities({
      ...{ system: this.database.system, tenants: this.database.tenants, takeUps: {} },
      storage: { head: async () => null, listWrittenBefore: async () => [], delete: async () => undefined },
      startRun: async (run) => void this.started.push(run),
      decisions: { tell: async () => true, cancel: async () => true },
      deliveryRunOf: ({ runId }) => ({ kind: 'webhookDelivery', workflowId: `w-${runId}`, input: {} }),
      newId,
      now: () => new Date(),
    });
    return new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') }).run(evaluateAlerts);
  }

  /** What webhooks were told, oldest first. */
  async told(): Promise<{ type: string; data: Record<string, unknown> }[]> {
    const rows = await this.database.asAdmin<{ body: string }>(
      `select body from webhook_deliveries where org_id = $1 and event <> $2 order by id`,
      [this.orgId, TEST_EVENT],
    );
    return rows.map(({ body }) => JSON.parse(body) as { type: string; data: Record<string, unknown> });
  }
}
