import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { measureTelemetry } from '../bench-telemetry/telemetry-bench.ts';
import { createOrg } from '../client/create-org.ts';
import { DocketClient } from '../client/docket-client.ts';
import { up } from '../stack/up.ts';
import { BARE_ENRICHMENT, BARE_INGEST, measureBare } from './bare/measure-bare.ts';
import { cpuPerItem, cpuSoFar } from './cpu.ts';
import { measureTickets } from './enrichment-bench.ts';
import { measureLatency, measureReuse, measureThroughput } from './ingest-bench.ts';
import { residentMb } from './memory.ts';
import { rounded } from './percentiles.ts';
import { measureRequestsOn } from './requests.ts';
import { measureStorageOutage } from './storage-outage.ts';

/** After a start, until Node has given back what only starting took. */
const REST_SECONDS = 45;

/** Fewer with BENCH_DOCUMENTS, for a quick look; the figures in docs/benchmarks.md are of 2,000. */
const DOCUMENTS = Number(process.env['BENCH_DOCUMENTS'] ?? 2_000);

/** Tickets under load; fewer with BENCH_TICKETS. */
const TICKETS = Number(process.env['BENCH_TICKETS'] ?? 1_000);

/** Documents of each of the four turns with telemetry on and off: a quarter minute each. */
const TELEMETRY_DOCUMENTS = Math.min(DOCUMENTS, 400);

async function main(): Promise<void> {
  const stack = await up(() => undefined);
  const run = `bench-${Date.now()}`;
  const { apiKey } = await createOrg(run, stack.environment);
  const docket = new DocketClient(stack.apiUrl, apiKey);
  await pause(REST_SECONDS * 1_000);
  const restMb = {
    api: residentMb(stack.home.runDir, 'api'),
    worker: residentMb(stack.home.runDir, 'worker'),
  };
  const request = await measureRequestsOn(stack, `${run}-requests`);
  await measureLatency(docket, 10, `${run}-warm`);
  const latency = await measureLatency(docket, 100, `${run}-alone`);
  const reuse = await measureReuse(docket, 200, `${run}-alone`);
  const before = cpuSoFar(stack.home.runDir);
  const throughput = await measureThroughput(docket, stack.databaseAdminUrl, DOCUMENTS, run);
  const cpuMsPerDocument = cpuPerItem(before, cpuSoFar(stack.home.runDir), DOCUMENTS);
  const tickets = await measureTickets(docket, stack.databaseAdminUrl, TICKETS, `${run}-tickets`);
  const servers = {
    temporalAddress: stack.temporalAddress,
    namespace: stack.temporalNamespace,
    adminUrl: stack.databaseAdminUrl,
  };
  const bare = await measureBare(servers, Math.min(DOCUMENTS, 1_000), BARE_INGEST);
  const bareEnrichment = await measureBare(servers, TICKETS, BARE_ENRICHMENT);
  const outage = await measureStorageOutage(
    docket,
    stack.databaseAdminUrl,
    join(stack.home.dataDir, 'objects'),
    `${run}-outage`,
  );
  const result = {
    machine: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, ${rounded(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
    request,
    uploadToSearchable: latency,
    identicalReupload: reuse,
    throughput,
    cpuMsPerDocument,
    bareWorkflow: bare,
    ratioToBareWorkflow: rounded(throughput.perSecond / bare.perSecond, 2),
    tickets,
    bareEnrichment,
    ticketRatioToBareWorkflow: rounded(tickets.load.perSecond / bareEnrichment.perSecond, 2),
    storageOutage: outage,
    memoryAtRestMb: restMb,
    memoryAfterLoadMb: {
      api: residentMb(stack.home.runDir, 'api'),
      worker: residentMb(stack.home.runDir, 'worker'),
    },
  };
  // Last, since it starts API and worker anew.
  const telemetry = await measureTelemetry(TELEMETRY_DOCUMENTS, `${run}-telemetry`);
  const whole = { ...result, telemetry };
  writeFileSync(join(stack.home.root, 'bench.json'), `${JSON.stringify(whole, null, 2)}\n`);
  console.log(JSON.stringify(whole, null, 2));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
