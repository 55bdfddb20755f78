import type { RunState } from '@docket/domain/run/state-rules';
import { DocketClient } from '../../../tools/client/docket-client.ts';
import type { AppProcess } from '../../support/app-process.ts';
import { until } from '../../support/until.ts';
import type { EndToEnd } from './environment.ts';

/** A run as the API shows it, as far as tests read it. */
export interface FullRun {
  id: string;
  state: RunState;
  step: string | null;
  error: { code: string; message: string } | null;
  attempts: number;
  workflowId: string;
  executions: { temporalRunId: string; workerBuild: string; startedAt: string; endedAt: string | null }[];
}

/** An address where nobody listens: what a crash between row and start looks like to everybody else. */
const NOBODY = '127.0.0.1:9';

export async function runOf({ docket }: EndToEnd, runId: string | null): Promise<FullRun> {
  return (await docket.request<FullRun>('GET', `/v1/runs/${runId}`)).body;
}

/** Waits until a run is in a state. */
export async function runIs(
  on: EndToEnd,
  runId: string | null,
  state: string,
  withinMs = 20_000,
): Promise<FullRun> {
  let run = await runOf(on, runId);
  await until(
    `run ${runId} is ${state}`,
    async () => {
      run = await runOf(on, runId);
      return run.state === state;
    },
    withinMs,
  );
  return run;
}

/** A client of an API that cannot reach Temporal, and so starts nothing. */
export async function cutOffFromTemporal(on: EndToEnd): Promise<{ docket: DocketClient; api: AppProcess }> {
  const api = await on.stack.startApi({ TEMPORAL_ADDRESS: NOBODY }, '/health');
  return { docket: new DocketClient(api.url, on.apiKey), api };
}
