import { DocketError } from '@docket/domain/errors';
import { until } from '../../support/until.ts';
import {
  askedForEver,
  type EnrichmentBench,
  type EnrichmentScript,
  type StartedEnrichment,
} from './enrichment-bench.ts';

type Scenario = (bench: EnrichmentBench) => Promise<StartedEnrichment>;

function batchedUntil(isOver: (calls: number) => boolean): EnrichmentScript {
  let calls = 0;
  return {
    async askModel() {
      calls += 1;
      return { outcome: isOver(calls) ? 'answered' : 'batched' };
    },
  };
}

/** The ways an enrichment can go: each is played by a test, and recorded once as a history that later builds replay. */
export const enrichmentScenarios = {
  ready: (bench) => bench.start(),
  'ready-after-repair': (bench) =>
    bench.start({
      settleAnswer: async ({ round }) =>
        round === 0 ? { outcome: 'repair' } : { outcome: 'ready', answerable: false },
    }),
  'ready-after-waiting': (bench) => {
    let attempts = 0;
    return bench.start({
      async askModel() {
        attempts += 1;
        if (attempts < 4) throw new Error('the provider is away');
        return { outcome: 'answered' };
      },
    });
  },
  failed: (bench) =>
    bench.start({
      async settleAnswer() {
        throw new DocketError('model.output_invalid', 'It is off the schema.');
      },
    }),
  superseded: async (bench) => {
    const run = await bench.start({
      askModel: async ({ enrichmentId }) =>
        enrichmentId === run.input.enrichmentId ? askedForEver() : { outcome: 'answered' },
    });
    await until('the model is asked', () => run.calls.some(({ name }) => name === 'askModel'));
    await run.change();
    return run;
  },
  // As the sweep and a batch do it that cannot know whether the start before them arrived.
  'said-again-in-hand': async (bench) => {
    let isHeard = false;
    const run = await bench.start({
      async askModel() {
        await until('it is said again', () => isHeard);
        return { outcome: 'answered' };
      },
    });
    await until('the model is asked', () => run.calls.some(({ name }) => name === 'askModel'));
    await run.sayAgain();
    // Answered by a workflow that has taken the signal.
    await run.progress();
    isHeard = true;
    return run;
  },
  // Somebody retries before the workflow could say that it heard how its failure was written.
  'retried-in-hand': async (bench) => {
    const run = await bench.start({
      async settleAnswer({ attempt }) {
        if (attempt === 2) return { outcome: 'ready', answerable: true };
        await run.sayAgain(2);
        throw new DocketError('model.output_invalid', 'It is off the schema.');
      },
    });
    return run;
  },
  'waits-for-quiet': (bench) => {
    let looks = 0;
    return bench.start(
      {
        async gatherEvidence() {
          looks += 1;
          return looks > 2 ? { outcome: 'gathered', passages: 1 } : { outcome: 'unquiet', waitMs: 1_500 };
        },
      },
      { immediate: false },
    );
  },
  cancelled: async (bench) => {
    const run = await bench.start({ askModel: askedForEver });
    await until('the model is asked', () => run.calls.some(({ name }) => name === 'askModel'));
    await run.handle.cancel();
    return run;
  },
  'answered-in-a-message-batch': async (bench) => {
    const run = await bench.start(batchedUntil((calls) => calls > 1));
    await until('it waits', async () => (await run.progress()).state === 'waiting_for_message_batch');
    await run.answer();
    return run;
  },
  // Nobody says anything: the batch that would have was terminated.
  'asked-alone-after-waiting': (bench) => bench.start(batchedUntil((calls) => calls > 3)),
  'called-off-with-its-batch': (bench) => bench.start({ askModel: async () => ({ outcome: 'called_off' }) }),
  'changed-while-it-waits': async (bench) => {
    const run = await bench.start({
      askModel: async ({ enrichmentId }) => ({
        outcome: enrichmentId === run.input.enrichmentId ? 'batched' : 'answered',
      }),
    });
    await until('it waits', async () => (await run.progress()).state === 'waiting_for_message_batch');
    await run.change();
    return run;
  },
  'nothing-to-do': (bench) => bench.start({ gatherEvidence: async () => ({ outcome: 'ended' }) }),
} satisfies Record<string, Scenario>;
