import { parseTypeId, toTypeId } from '@docket/domain/ids/type-id';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { untilSomebodyWaits } from '../../../../test/support/lock-waits.ts';
import { startApi, type ApiServer } from '../support/api-server.ts';
import { newOrg, successful, type TestOrg } from '../support/people.ts';

let api: ApiServer;
let org: TestOrg;

beforeAll(async () => {
  api = await startApi();
  org = await newOrg(api);
});

afterAll(() => api.close());

/** Asks for a change while somebody else's of the same thing is not yet committed. */
async function changeBeside(
  path: string,
  changes: object,
  other: (tx: TenantTransaction) => Promise<void>,
): Promise<unknown> {
  const { changed } = await api.database.tenants.withTenant(parseTypeId('org', org.id) ?? '', async (tx) => {
    await other(tx);
    const answer = api.ask('PATCH', path, org.owner.accessToken, changes);
    await untilSomebodyWaits(api.database);
    // Inside an object, since a transaction would wait for what waits for it.
    return { changed: answer };
  });
  return successful(await changed);
}

async function audited(action: string): Promise<unknown> {
  const [event] = await api.database.tenants.withTenant(parseTypeId('org', org.id) ?? '', (tx) =>
    tx.audit.list({ action }, { limit: 1, beforeSeq: null }),
  );
  return JSON.parse(event?.record ?? '{}');
}

it('of two who change an alert rule at once neither takes back what the other changed', async () => {
  const settings = { name: 'Failures', metric: 'failure_rate', fireAt: 0.5, resolveBelow: 0.25 } as const;
  const made = successful(await api.ask('POST', '/v1/alert-rules', org.owner.accessToken, settings));
  const { id } = made as { id: string };
  const rule = { ...settings, kind: null, windowSeconds: 900, minimumRuns: 10 };
  const changed = await changeBeside(`/v1/alert-rules/${id}`, { name: 'Too many fail' }, (tx) =>
    tx.alertRules.update(parseTypeId('alertRule', id) ?? '', { ...rule, minimumRuns: 50 }),
  );
  expect(changed).toMatchObject({ name: 'Too many fail', minimumRuns: 50 });
  expect(await audited('alert_rule.update')).toMatchObject({
    before: { name: 'Failures', minimumRuns: 50 },
    after: { name: 'Too many fail', minimumRuns: 50 },
  });
});

it('of two who change a webhook at once neither takes back what the other changed', async () => {
  const orgId = parseTypeId('org', org.id) ?? '';
  const id = '01a20180-0000-7000-8000-000000000001';
  const webhook = { url: 'https://hooks.example.com/docket', events: ['alert.fired'] as const };
  await api.database.tenants.withTenant(orgId, (tx) =>
    tx.webhooks.insert(id, { ...webhook, events: [...webhook.events], description: null }, 20),
  );
  const changed = await changeBeside(
    `/v1/webhooks/${toTypeId('webhook', id)}`,
    { description: 'The on-call channel.' },
    (tx) =>
      tx.webhooks.update(id, {
        ...{ url: 'https://hooks.example.com/other', events: ['alert.fired', 'alert.resolved'] },
        description: null,
      }),
  );
  const settings = { description: 'The on-call channel.', events: ['alert.fired', 'alert.resolved'] };
  expect(changed).toMatchObject({ ...settings, url: 'https://hooks.example.com/other' });
  expect(await audited('webhook.update')).toMatchObject({
    before: { description: null, events: settings.events },
    after: settings,
  });
});
