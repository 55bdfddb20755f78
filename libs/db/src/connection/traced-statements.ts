import { currentMethod, inSpan, keptSpan, SpanKind, type SpanTerms } from '@docket/platform/tracing/spans';
import type { DataSource, QueryRunner } from 'typeorm';

/** What a statement does to what, for the name of its span: neither its text nor a value is in a trace. */
export interface StatementSummary {
  operation: string;
  /** The first table or function it names; null for one that names none, such as a commit. */
  target: string | null;
}

const LITERAL = /'(?:[^']|'')*'/g;
const NAME = String.raw`(?:only\s+)?"?([a-z_][a-z0-9_]*)"?`;
const OPERATION = /^\s*([a-z]+)/;
const TARGET = new RegExp(String.raw`\b(?:from|into|update|join)\s+${NAME}|\b(docket_[a-z0-9_]+)\s*\(`);
/** What a statement with sub-statements changes, wherever in it that is; `for update` changes nothing. */
const CHANGE = new RegExp(
  String.raw`(?<!\bfor\s+)\b(insert(?=\s+into)|update|delete(?=\s+from))\s+(?:into\s+|from\s+)?${NAME}`,
);

export function summaryOf(text: string): StatementSummary {
  const bare = text.replaceAll(LITERAL, '').toLowerCase();
  const operation = OPERATION.exec(bare)?.[1] ?? 'statement';
  switch (operation) {
    case 'begin':
      // What it sets on the way is no table.
      return { operation, target: null };
    case 'with':
      return changeOf(bare) ?? { operation: 'select', target: targetOf(bare) };
    default:
      return { operation, target: targetOf(bare) };
  }
}

function changeOf(text: string): StatementSummary | null {
  const [, operation, target = null] = CHANGE.exec(text) ?? [];
  return operation === undefined ? null : { operation, target };
}

function targetOf(text: string): string | null {
  const [, table, called] = TARGET.exec(text) ?? [];
  return table ?? called ?? null;
}

/** Runs a statement in a span of its own, where what it belongs to is traced. */
export async function tracedStatement<T>(text: string, run: () => Promise<T>): Promise<T> {
  if (!keptSpan()) return run();
  const { operation, target } = summaryOf(text);
  return inSpan(target === null ? operation : `${operation} ${target}`, termsOf(operation, target), run);
}

function termsOf(operation: string, target: string | null): SpanTerms {
  const method = currentMethod();
  return {
    kind: SpanKind.CLIENT,
    category: 'database',
    attributes: {
      'db.system.name': 'postgresql',
      'db.operation.name': operation,
      ...(target === null ? {} : { 'db.collection.name': target }),
      ...(method === null ? {} : { 'code.function.name': method }),
    },
  };
}

/** Lets every statement of a data source be seen, whoever sends it: all go through a query runner. */
export function withTracedStatements(dataSource: DataSource): DataSource {
  const create = dataSource.createQueryRunner.bind(dataSource);
  return Object.assign(dataSource, {
    createQueryRunner(mode?: Parameters<DataSource['createQueryRunner']>[0]): QueryRunner {
      const runner = create(mode);
      if (!keptSpan()) return runner;
      const query = runner.query.bind(runner) as (text: string, ...more: unknown[]) => Promise<unknown>;
      return Object.assign(runner, {
        query: (text: string, ...more: unknown[]) => tracedStatement(text, () => query(text, ...more)),
      });
    },
  });
}
