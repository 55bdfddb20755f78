import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, newId, type TestDatabase } from '../../../../test/support/database.ts';

let db: TestDatabase;
let orgId: string;
let collections: [string, string];

beforeAll(async () => {
  db = await createTestDatabase();
  orgId = await db.createOrg();
  collections = await db.tenants.withTenant(orgId, async (tx) => {
    const made = [];
    for (const name of ['first', 'second']) made.push(await tx.collections.findOrCreate(name, newId()));
    return [made[0] ?? '', made[1] ?? ''];
  });
});

afterAll(() => db.drop());

it('two transactions that lock the same rows in opposite orders both commit, each once', async () => {
  const [first, second] = collections;
  let begun = 0;
  let locked = 0;
  let haveFirstLock: () => void;
  const bothHaveTheirFirstLock = new Promise<void>((resolve) => (haveFirstLock = resolve));
  const lockInOrder = (one: string, other: string) =>
    db.tenants.withTenant(orgId, async (tx) => {
      const lock = (id: string): Promise<unknown> =>
        tx.manager.query(
          `update collections set description = coalesce(description, '') || 'x' where id = $1`,
          [id],
        );
      begun += 1;
      await lock(one);
      locked += 1;
      if (locked === 2) haveFirstLock();
      await bothHaveTheirFirstLock;
      await lock(other);
    });
  await Promise.all([lockInOrder(first, second), lockInOrder(second, first)]);

  expect(begun).toBe(3);
  const rows = await db.asAdmin<{ description: string }>(
    `select description from collections where org_id = $1`,
    [orgId],
  );
  expect(rows).toEqual([{ description: 'xx' }, { description: 'xx' }]);
});
