import type { TenantTransaction } from '@docket/db/tenant-transaction';
import type { Logger } from 'typeorm';
import type { TestDatabase } from '../../../../test/support/database.ts';

/** What is read of a node of `explain (analyze, format json)`. */
interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  'Actual Rows': number;
  Plans?: PlanNode[];
}

/** The one row that `explain (format json)` answers with. */
export type Explained = { 'QUERY PLAN': { Plan: PlanNode }[] };

/** One way in which a query reads a table. */
export interface TableRead {
  table: string;
  how: string;
  indexCondition: string;
  /** Rows the scan looked at each time: those it returned and those its filters took out. */
  rowsRead: number;
}

interface Statement {
  sql: string;
  parameters: unknown[];
}

/**
 * How the database reads its tables in what `work` does as an org: the very statements that the repositories send, run
 * again under EXPLAIN ANALYZE as the application role. What the work changes is taken back before and after.
 */
export async function readsOf(
  db: TestDatabase,
  orgId: string,
  work: (tx: TenantTransaction) => Promise<unknown>,
): Promise<TableRead[]> {
  const statements: Statement[] = [];
  await takenBack(db, orgId, async (tx) => {
    const { logger } = db.dataSource;
    db.dataSource.logger = recorder(statements);
    try {
      await work(tx);
    } finally {
      db.dataSource.logger = logger;
    }
    return true;
  });
  if (statements.length === 0) throw new Error('the work sent no statement');
  return takenBack(db, orgId, async (tx) => {
    const reads: TableRead[] = [];
    for (const { sql, parameters } of statements) {
      const answer: Explained[] = await tx.manager.query(`explain (analyze, format json) ${sql}`, parameters);
      reads.push(...scansOf(answer));
    }
    return reads;
  });
}

/** Runs work as an org, and rolls back what it did. */
async function takenBack<T>(
  db: TestDatabase,
  orgId: string,
  work: (tx: TenantTransaction) => Promise<T>,
): Promise<T> {
  const done: T[] = [];
  const takeBack = new Error('taken back');
  await db.tenants
    .withTenant(orgId, async (tx) => {
      done.push(await work(tx));
      throw takeBack;
    })
    .catch((error: unknown) => {
      if (error !== takeBack) throw error;
    });
  const [result] = done;
  if (result === undefined) throw new Error('the work gave no result');
  return result;
}

/** Every scan of a table in the answer to `explain (analyze, format json)`. */
export function scansOf(answer: readonly Explained[]): TableRead[] {
  return answer.flatMap((row) => row['QUERY PLAN']).flatMap(({ Plan }) => scansBelow(Plan));
}

function recorder(statements: Statement[]): Logger {
  const ignore = (): void => undefined;
  return {
    logQuery: (sql: string, parameters?: unknown) => {
      statements.push({ sql, parameters: Array.isArray(parameters) ? parameters : [] });
    },
    logQueryError: ignore,
    logQuerySlow: ignore,
    logSchemaBuild: ignore,
    logMigration: ignore,
    log: ignore,
  };
}

/** A bitmap scan's condition stands on the node beneath it. */
function scansBelow(node: PlanNode): TableRead[] {
  const below = node.Plans ?? [];
  const table = node['Relation Name'];
  const own =
    table === undefined || !node['Node Type'].includes('Scan')
      ? []
      : [
          {
            table,
            how: node['Node Type'],
            indexCondition: [node, ...bitmapsBelow(node)].map((each) => each['Index Cond'] ?? '').join(' '),
            rowsRead:
              node['Actual Rows'] +
              (node['Rows Removed by Filter'] ?? 0) +
              (node['Rows Removed by Index Recheck'] ?? 0),
          },
        ];
  return [...own, ...below.flatMap(scansBelow)];
}

function bitmapsBelow(node: PlanNode): PlanNode[] {
  const bitmaps = (node.Plans ?? []).filter((each) => each['Node Type'].startsWith('Bitmap'));
  return bitmaps.flatMap((each) => [each, ...bitmapsBelow(each)]);
}
