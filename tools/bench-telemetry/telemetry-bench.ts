import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cpuSoFar, type CpuMs } from '../bench/cpu.ts';
import { measureThroughput } from '../bench/ingest-bench.ts';
import { rounded } from '../bench/percentiles.ts';
import { createOrg } from '../client/create-org.ts';
import { DocketClient } from '../client/docket-client.ts';
import { up } from '../stack/up.ts';

/** Each side twice, in an order in which what drifts weighs on both alike. */
const SIDES = ['off', 'on', 'on', 'off'] as const;
type Side = (typeof SIDES)[number];

/** Before anything is counted: a process is not compiled by its first documents. */
const WARM_DOCUMENTS = 40;

const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';

export interface TelemetryCost {
  documents: number;
  /** Share of the requests that were traced; the default, unless OTEL_TRACES_SAMPLER_ARG said otherwise. */
  sampled: string;
  secondsOff: number;
  secondsOn: number;
  /** Time with telemetry on to time with it off. */
  ratio: number;
  /** The same of the CPU time of API and worker, which says more on a busy machine; null where it cannot be told. */
  cpuRatio: number | null;
  /** What the collector was sent: not nothing, or nothing was measured. */
  exportedKb: number;
}

interface Measured {
  seconds: number;
  cpuMs: number | null;
}

/**
 * The same documents through API and worker with telemetry on and off, in turns, on one stack: they are started anew for
 * each. Leaves them running as the environment says.
 */
export async function measureTelemetry(documents: number, run: string): Promise<TelemetryCost> {
  const collector = await startCollector();
  const before = process.env[ENDPOINT];
  const measured: Record<Side, Measured[]> = { on: [], off: [] };
  try {
    for (const [turn, side] of SIDES.entries()) {
      process.env[ENDPOINT] = side === 'on' ? collector.url : '';
      measured[side].push(await measureOnce(documents, `${run}-${turn}`));
    }
    const exported = Number(await (await fetch(collector.url)).text());
    if (exported === 0) throw new Error('nothing was exported, so nothing was measured');
    return costOf(documents, measured, exported);
  } finally {
    if (before === undefined) Reflect.deleteProperty(process.env, ENDPOINT);
    else process.env[ENDPOINT] = before;
    await up(() => undefined);
    await collector.stop();
  }
}

async function measureOnce(documents: number, run: string): Promise<Measured> {
  const stack = await up(() => undefined);
  const { apiKey } = await createOrg(run, stack.environment);
  const docket = new DocketClient(stack.apiUrl, apiKey);
  await measureThroughput(docket, stack.databaseAdminUrl, WARM_DOCUMENTS, `${run}-warm`);
  const begun = cpuSoFar(stack.home.runDir);
  const { seconds } = await measureThroughput(docket, stack.databaseAdminUrl, documents, run);
  return { seconds, cpuMs: usedBetween(begun, cpuSoFar(stack.home.runDir)) };
}

/** By the two that telemetry is in. */
function usedBetween(begun: CpuMs | null, ended: CpuMs | null): number | null {
  return begun && ended ? ended.api + ended.worker - begun.api - begun.worker : null;
}

function costOf(
  documents: number,
  { on, off }: Record<Side, readonly Measured[]>,
  exportedBytes: number,
): TelemetryCost {
  const secondsOf = (side: readonly Measured[]): number =>
    side.reduce((sum, { seconds }) => sum + seconds, 0);
  const cpuOf = (side: readonly Measured[]): number =>
    side.reduce((sum, { cpuMs }) => sum + (cpuMs ?? NaN), 0);
  const cpuRatio = cpuOf(on) / cpuOf(off);
  return {
    documents: documents * on.length,
    sampled: process.env['OTEL_TRACES_SAMPLER_ARG'] ?? 'default',
    secondsOff: rounded(secondsOf(off)),
    secondsOn: rounded(secondsOf(on)),
    ratio: rounded(secondsOf(on) / secondsOf(off), 3),
    cpuRatio: Number.isFinite(cpuRatio) ? rounded(cpuRatio, 3) : null,
    exportedKb: Math.round(exportedBytes / 1_024),
  };
}

async function startCollector(): Promise<{ url: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'collector-sink.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
  return {
    url,
    async stop() {
      child.kill();
      await ended;
    },
  };
}
