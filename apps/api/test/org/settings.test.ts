import { parseTypeId } from '@docket/domain/ids/type-id';
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

it('two admins who change different settings at once both get what they asked for', async () => {
  const orgId = parseTypeId('org', org.id) ?? '';
  const { renamed } = await api.database.tenants.withTenant(orgId, async (tx) => {
    await tx.orgs.update({ approvalPolicy: 'always', tokensPerDay: 5_000 });
    const answer = api.ask('PATCH', '/v1/org', org.owner.accessToken, { name: 'Larkspur & Sons' });
    await untilSomebodyWaits(api.database);
    // Inside an object, since a transaction would wait for what waits for it.
    return { renamed: answer };
  });
  const settings = { name: 'Larkspur & Sons', approvalPolicy: 'always', tokensPerDay: 5_000 };
  expect(successful(await renamed)).toMatchObject(settings);
  const [event] = await api.database.tenants.withTenant(orgId, (tx) =>
    tx.audit.list({ action: 'org.update' }, { limit: 1, beforeSeq: null }),
  );
  expect(JSON.parse(event?.record ?? '{}')).toMatchObject({
    before: { name: 'Larkspur', approvalPolicy: 'always', tokensPerDay: 5_000 },
    after: settings,
  });
});
