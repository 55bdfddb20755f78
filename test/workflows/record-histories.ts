/**
 * `node test/workflows/record-histories.ts` plays every scenario and keeps the histories that are missing. A history
 * once kept stays as it is: it stands for the runs that were open when its build was released, which the newest build
 * must be able to go on with. After a change with a patch marker, add a scenario; replace none.
 */
import { ENRICHMENT_BATCH } from '@docket/workflows/enrichment-batch/contract';
import { REPLAY_BATCH } from '@docket/workflows/replay-batch/contract';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DecisionBench } from './support/decision-bench.ts';
import { decisionScenarios } from './support/decision-scenarios.ts';
import { EnrichmentBench } from './support/enrichment-bench.ts';
import { enrichmentScenarios } from './support/enrichment-scenarios.ts';
import { ErasureBench } from './support/erasure-bench.ts';
import { erasureScenarios } from './support/erasure-scenarios.ts';
import { historyFile } from './support/histories.ts';
import { IngestBench } from './support/ingest-bench.ts';
import { RunBatchBench } from './support/run-batch-bench.ts';
import { messageBatchScenarios, runBatchScenarios } from './support/run-batch-scenarios.ts';
import { replayScenarios } from './support/replay-scenarios.ts';
import { scenarios } from './support/scenarios.ts';
import { WebhookDeliveryBench } from './support/webhook-delivery-bench.ts';
import { webhookDeliveryScenarios } from './support/webhook-delivery-scenarios.ts';

/** Names of people, machines and folders. Replay looks at none of these. */
const PRIVATE = new Set(['identity', 'stackTrace', 'binaryChecksum', 'workerVersion', 'stickyAttributes']);

function scrub(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(scrub);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !PRIVATE.has(key));
  return Object.fromEntries(kept.map(([key, part]) => [key, scrub(part)]));
}

interface Bench {
  close(): Promise<void>;
}

type Scenario<B> = (
  bench: B,
) => Promise<{ handle: { result(): Promise<unknown>; fetchHistory(): Promise<History> } }>;
type History = Parameters<typeof historyToJSON>[0];

async function record<B extends Bench>(
  folder: string,
  open: () => Promise<B>,
  played: Record<string, Scenario<B>>,
): Promise<void> {
  for (const [name, play] of Object.entries(played)) {
    const file = historyFile(`${folder}/${name}`);
    if (existsSync(file)) continue;
    // A server for each, since waiting for a result moves its clock by years.
    const bench = await open();
    try {
      const { handle } = await play(bench);
      // An open history proves nothing; how it ends is not the question here.
      await handle.result().catch(() => undefined);
      const history: unknown = JSON.parse(historyToJSON(await handle.fetchHistory()));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${JSON.stringify(scrub(history), null, 1)}\n`);
      console.log(`recorded ${folder}/${name}`);
    } finally {
      await bench.close();
    }
  }
}

await record('document-ingest', () => IngestBench.open(), scenarios);
await record('document-erasure', () => ErasureBench.open(), erasureScenarios);
await record('ticket-enrichment', () => EnrichmentBench.open(), enrichmentScenarios);
await record('enrichment-decision', () => DecisionBench.open(), decisionScenarios);
await record('run-batch', () => RunBatchBench.open(), runBatchScenarios);
await record('enrichment-replay', () => EnrichmentBench.open(), replayScenarios);
await record('webhook-delivery', () => WebhookDeliveryBench.open(), webhookDeliveryScenarios);
await record('enrichment-batch', () => RunBatchBench.open(ENRICHMENT_BATCH), runBatchScenarios);
await record('enrichment-batch', () => RunBatchBench.open(ENRICHMENT_BATCH), messageBatchScenarios);
await record('replay-batch', () => RunBatchBench.open(REPLAY_BATCH), runBatchScenarios);
