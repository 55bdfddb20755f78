import { expect, it } from '@jest/globals';
import { createTestDatabase } from '../../../test/support/database.ts';
it('works', async () => {
  const db = await createTestDatabase();
  const org = await db.createOrg();
  expect((await db.tenants.withTenant(org, (tx) => tx.orgs.find()))?.id).toBe(org);
  await db.drop();
});
