import type { TestDatabase } from './database.ts';

/** That it was asked for and by whom, that a model was called, and what a loop of the worker keeps for itself. */
const OF_NO_TICKET = new Set([
  ...['audit_events', 'audit_heads', 'api_keys', 'rate_windows', 'reconciliation'],
  ...['provider_limits', 'provider_shares', 'provider_permits', 'budget_days'],
]);

/** A digest of every table, by its name, without the rows that hold one of some ids. */
export async function digestsOfTables(
  database: TestDatabase,
  ids: readonly string[] = [],
): Promise<Map<string, string>> {
  const tables = await database.asAdmin<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'`,
  );
  const digests = new Map<string, string>();
  for (const { name } of tables) {
    const [row] = await database.asAdmin<{ digest: string }>(
      `select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as digest from ${name} t
        where not to_jsonb(t)::text like any (array(select '%' || x || '%' from unnest($1::text[]) x))`,
      [ids],
    );
    digests.set(name, row?.digest ?? '');
  }
  return digests;
}

/** Tables whose rows differ, those apart that no ticket is about. */
export function tablesChanged(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string[] {
  return [...after.keys()].filter((name) => !OF_NO_TICKET.has(name) && before.get(name) !== after.get(name));
}
