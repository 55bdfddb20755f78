/**
 * `node tools/trace/main.ts FILE TRACE_ID` prints one trace as a tree from a file of OTLP messages, one a line, such as the
 * collector of deploy/ writes.
 */
import { readFileSync } from 'node:fs';
import { spansOf } from './otlp-spans.ts';
import { traceTree } from './trace-tree.ts';

function main(file: string | undefined, traceId: string | undefined): void {
  if (!file || !traceId) throw new Error('usage: trace/main.ts FILE TRACE_ID');
  const messages = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  const spans = messages.flatMap(spansOf).filter((span) => span.traceId === traceId);
  for (const line of traceTree(spans)) console.log(line);
}

main(process.argv[2], process.argv[3]);
