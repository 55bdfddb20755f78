import { DocketError } from '@docket/domain/errors';
import { until } from '../../support/until.ts';
import { askedForEver, type EnrichmentBench, type StartedReplay } from './enrichment-bench.ts';

type Scenario = (bench: EnrichmentBench) => Promise<StartedReplay>;

/** The ways a replay can go: each is played by a test, and recorded once as a history that later builds replay. */
export const replayScenarios = {
  ready: (bench) => bench.replay(),
  'ready-after-repair': (bench) =>
    bench.replay({
      settleAnswer: async ({ round }) =>
        round === 0 ? { outcome: 'repair' } : { outcome: 'ready', answerable: false },
    }),
  'passages-erased': (bench) =>
    bench.replay({
      async prepareReplay() {
        throw new DocketError('enrichment.passages_erased', 'Passages have been erased since.');
      },
    }),
  cancelled: async (bench) => {
    const run = await bench.replay({ askModel: askedForEver });
    await until('the model is asked', () => run.calls.some(({ name }) => name === 'askModel'));
    await run.handle.cancel();
    return run;
  },
  'nothing-to-do': (bench) => bench.replay({ prepareReplay: async () => ({ outcome: 'ended' }) }),
} satisfies Record<string, Scenario>;
