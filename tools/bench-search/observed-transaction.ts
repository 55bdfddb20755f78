import { TenantTransaction } from '@docket/db/tenant-transaction';

/** What each statement of a search does, by what only it has in its text. */
const STAGES: readonly (readonly [stage: string, mark: RegExp])[] = [
  ['first look by lists', /posting_members/],
  ['first look by scan', /from feedback/],
  ['lists of the terms', /posting_lists/],
  ['frequencies', /lexeme_counts/],
  ['second look', /weights <#> \$3/],
  ['vector count', /sum\(c\.chunk_count\)/],
  ['vector index', /::halfvec\(\d+\) <#>/],
  ['vector exact', /embedding <#>/],
  ['passages', /json_agg/],
];

export type Observe = (stage: string, sql: string, parameters: unknown[]) => Promise<void>;

/** The same transaction, each statement of it named, and shown to `observe` after it ran. */
export function observed(tx: TenantTransaction, observe: Observe): TenantTransaction {
  const manager = new Proxy(tx.manager, {
    get(target, key): unknown {
      if (key !== 'query') return Reflect.get(target, key);
      return async (sql: string, parameters: unknown[] = []): Promise<unknown> => {
        const rows: unknown = await target.query(sql, parameters);
        await observe(stageOf(sql), sql, parameters);
        return rows;
      };
    },
  });
  return new TenantTransaction(tx.orgId, manager);
}

function stageOf(sql: string): string {
  return STAGES.find(([, mark]) => mark.test(sql))?.[0] ?? 'other';
}
