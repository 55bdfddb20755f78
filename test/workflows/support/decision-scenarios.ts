import { DAY_MS, type DecisionBench, type StartedDecision } from './decision-bench.ts';

type Scenario = (bench: DecisionBench) => Promise<StartedDecision>;

/** Decided so many days after it was asked for. */
async function decidedAfter(
  bench: DecisionBench,
  days: number,
  decision: 'approve' | 'edit' | 'reject',
): Promise<StartedDecision> {
  const run = await bench.start();
  await bench.environment.sleep(days * DAY_MS);
  run.row.decision = decision;
  await run.tell();
  return run;
}

/** The ways a wait for a decision can go: each is played by a test, and recorded once as a history that later builds replay. */
export const decisionScenarios = {
  approved: (bench) => decidedAfter(bench, 0, 'approve'),
  edited: (bench) => decidedAfter(bench, 0.5, 'edit'),
  'rejected-after-reminder': (bench) => decidedAfter(bench, 29, 'reject'),
  expired: (bench) => bench.start(),
  'told-without-a-decision': async (bench) => {
    const run = await bench.start();
    await run.tell();
    run.row.decision = 'approve';
    await run.tell();
    return run;
  },
  superseded: async (bench) => {
    const run = await bench.start();
    await bench.environment.sleep(1_000);
    run.row.over = 'superseded';
    await run.handle.cancel();
    return run;
  },
  cancelled: async (bench) => {
    const run = await bench.start();
    await bench.environment.sleep(1_000);
    await run.handle.cancel();
    return run;
  },
} satisfies Record<string, Scenario>;
