/**
 * `node test/workflows/record-histories.ts` plays every scenario and keeps the histories that are missing. A history
 * once kept stays as it is: it stands for the runs that were open when its build was released, which the newest build
 * must be able to go on with. After a change with a patch marker, add a scenario; replace none.
 */
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { HISTORIES, historyFile } from './support/histories.ts';
import { IngestBench } from './support/ingest-bench.ts';
import { scenarios } from './support/scenarios.ts';

/** Names of people, machines and folders. Replay looks at none of these. */
const PRIVATE = new Set(['identity', 'stackTrace', 'binaryChecksum', 'workerVersion', 'stickyAttributes']);

function scrub(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(scrub);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !PRIVATE.has(key));
  return Object.fromEntries(kept.map(([key, part]) => [key, scrub(part)]));
}

mkdirSync(HISTORIES, { recursive: true });
for (const [name, play] of Object.entries(scenarios)) {
  if (existsSync(historyFile(name))) continue;
  // A server for each, since waiting for a result moves its clock by years.
  const bench = await IngestBench.open();
  try {
    const { handle } = await play(bench);
    const history: unknown = JSON.parse(historyToJSON(await handle.fetchHistory()));
    writeFileSync(historyFile(name), `${JSON.stringify(scrub(history), null, 1)}\n`);
    console.log(`recorded ${name}`);
  } finally {
    await bench.close();
  }
}
