import type { ReceivedSpan } from './otlp-spans.ts';

const INDENT = '  ';
const SERVICE_COLUMN = 14;

/** One line a span, each below the one it belongs to; statements of one parent are told as one line. */
export function traceTree(spans: readonly ReceivedSpan[]): string[] {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const ordered = spans.toSorted((one, other) => one.startMs - other.startMs);
  const below = Map.groupBy(ordered, ({ parentSpanId }) => (known.has(parentSpanId) ? parentSpanId : ''));
  const lines = (parent: string, depth: number): string[] => {
    const [statements, others] = parted(below.get(parent) ?? []);
    return [
      ...(statements.length > 0 ? [statementLine(statements, depth)] : []),
      ...others.flatMap((span) => [spanLine(span, depth), ...lines(span.spanId, depth + 1)]),
    ];
  };
  return lines('', 0);
}

function parted(spans: readonly ReceivedSpan[]): [statements: ReceivedSpan[], others: ReceivedSpan[]] {
  const isStatement = (span: ReceivedSpan): boolean => 'db.system.name' in span.attributes;
  return [spans.filter(isStatement), spans.filter((span) => !isStatement(span))];
}

function spanLine(
  { service, name, startMs, endMs, attributes, isError }: ReceivedSpan,
  depth: number,
): string {
  const failure = isError
    ? `  ${attributes['error.type']} (${attributes['docket.error.category'] ?? '?'})`
    : '';
  return `${service.padEnd(SERVICE_COLUMN)}${INDENT.repeat(depth)}${name}  ${tookMs(endMs - startMs)}${failure}`;
}

function statementLine(statements: readonly ReceivedSpan[], depth: number): string {
  const [first] = statements;
  const took = statements.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  const count = `${statements.length} ${statements.length === 1 ? 'statement' : 'statements'}`;
  return `${(first?.service ?? '').padEnd(SERVICE_COLUMN)}${INDENT.repeat(depth)}${count}  ${tookMs(took)}`;
}

function tookMs(ms: number): string {
  return `${ms.toFixed(1)} ms`;
}
