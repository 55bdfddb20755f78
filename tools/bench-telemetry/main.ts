import { measureTelemetry } from './telemetry-bench.ts';

/** Of each of the four turns; fewer with BENCH_DOCUMENTS, for a quick look. */
const DOCUMENTS = Number(process.env['BENCH_DOCUMENTS'] ?? 400);

console.log(JSON.stringify(await measureTelemetry(DOCUMENTS, `bench-telemetry-${Date.now()}`), null, 2));
