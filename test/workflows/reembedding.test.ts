import { DocketError } from '@docket/domain/errors';
import { REEMBEDDING_PROGRESS, type ReembeddingSignal } from '@docket/workflows/reembedding/contract';
import { describe, expect, it, jest } from '@jest/globals';
import { Context } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKFLOW_BUNDLE } from './support/bench-workers.ts';
import { until } from '../support/until.ts';
import { readSample } from './support/samples.ts';
import { playReembedding, type PlayedReembedding } from './support/reembedding-bench.ts';

jest.setTimeout(60_000);

type History = PlayedReembedding['history'];

const SAMPLES = 'reembedding/v1';
/** All four signals are the same message. */
const SIGNAL = readSample(`${SAMPLES}/signal`) as unknown as ReembeddingSignal;

/** Answers with each in turn, and with the last for ever. */
function inTurn<T>(...answers: T[]): () => Promise<T> {
  let call = 0;
  return async () => {
    const answer = answers[Math.min(call, answers.length - 1)];
    call += 1;
    if (answer === undefined) throw new Error('no answer is left');
    return answer;
  };
}

/** Waits as a call to a provider that is down would, until it is cancelled. */
async function hang(): Promise<never> {
  const context = Context.current();
  const beat = setInterval(() => context.heartbeat(), 50);
  try {
    return await context.cancelled;
  } finally {
    clearInterval(beat);
  }
}

/** The shipped code must go on with what it did itself. */
async function replays({ history }: Pick<PlayedReembedding, 'history'>): Promise<void> {
  await Worker.runReplayHistory({ workflowBundle: { codePath: WORKFLOW_BUNDLE } }, history);
}

/** The same run, as on a server that wanted it to go on as a new execution all the time. */
function asIfLong({ history }: Pick<PlayedReembedding, 'history'>): Pick<PlayedReembedding, 'history'> {
  const events = history.events?.map((event) => {
    const { workflowTaskStartedEventAttributes: started } = event;
    if (!started) return event;
    return { ...event, workflowTaskStartedEventAttributes: { ...started, suggestContinueAsNew: true } };
  });
  return { history: { ...history, events: events ?? null } };
}

const HISTORIES = join(import.meta.dirname, 'histories/reembedding');

describe('the change of an embedding profile', () => {
  it.each(readdirSync(HISTORIES))('goes on with a run recorded earlier: %s', async (file) => {
    await replays({ history: JSON.parse(readFileSync(join(HISTORIES, file), 'utf8')) as History });
  });

  it('makes vectors until none is missing, switches, and removes the old ones when going back is over', async () => {
    const played = await playReembedding({
      embedMissingVectors: inTurn({ embedded: 1_024 }, { embedded: 7 }, { embedded: 0 }),
    });
    expect(played.result).toEqual({ schemaVersion: 1, outcome: 'completed', embedded: 1_031 });
    expect(played.calls).toEqual([
      'moveProfile 2 building',
      'embedMissingVectors 2',
      'embedMissingVectors 2',
      'embedMissingVectors 2',
      'switchProfile 2',
      'moveProfile standby retired',
      'removeVectors retired',
    ]);
    await replays(played);
  });

  it('embeds again what was indexed between its last look and the switch', async () => {
    const { calls } = await playReembedding({
      embedMissingVectors: inTurn({ embedded: 0 }, { embedded: 3 }, { embedded: 0 }),
      switchProfile: inTurn(false, true),
    });
    expect(calls.slice(1, 6)).toEqual([
      'embedMissingVectors 2',
      'switchProfile 2',
      'embedMissingVectors 2',
      'embedMissingVectors 2',
      'switchProfile 2',
    ]);
  });

  it('is paused and cancelled even while the embedder is down, and leaves no vector', async () => {
    const { result, calls } = await playReembedding({ embedMissingVectors: hang }, async (run) => {
      await run.handle.signal('pause', SIGNAL);
      await run.untilState('paused');
      await run.handle.signal('cancel', SIGNAL);
    });
    expect(result.outcome).toBe('cancelled');
    expect(calls.slice(-2)).toEqual(['moveProfile 2 registered', 'removeVectors 2']);
    expect(calls).not.toContain('switchProfile 2');
  });

  it.each(['cancel', 'rollBack'])(
    'ends by a %s that came when it was about to go on as a new execution, which would not know of it',
    async (signal) => {
      let isAsked = false;
      const embedMissingVectors = (): Promise<never> => {
        isAsked = true;
        return hang();
      };
      const played = await playReembedding({ embedMissingVectors }, async (run) => {
        await until('the embedder is asked', () => isAsked);
        await run.handle.signal(signal, SIGNAL);
      });
      expect(played.result.outcome).toBe('cancelled');
      await replays(asIfLong(played));
    },
  );

  it('pauses by itself with the reason when the embedder refuses, and goes on when told to', async () => {
    let refused = false;
    const said: unknown[] = [];
    const { result, calls } = await playReembedding(
      {
        async embedMissingVectors() {
          if (refused) return { embedded: 0 };
          refused = true;
          throw new DocketError('embedding.rejected', 'The key is wrong.');
        },
        async moveProfile({ to, error }) {
          said.push([to, error?.code, error?.message]);
          return true;
        },
      },
      async (run) => {
        await run.untilState('paused');
        expect(await run.handle.query('progress')).toMatchObject({ error: 'The key is wrong.' });
        await run.handle.signal('resume', SIGNAL);
      },
    );
    expect(result.outcome).toBe('completed');
    expect(calls).toContain('moveProfile 2 paused');
    expect(said.slice(0, 3)).toEqual([
      ['building', undefined, undefined],
      ['paused', 'embedding.rejected', 'The key is wrong.'],
      ['building', undefined, undefined],
    ]);
  });

  it('goes back after the switch, once the standby is complete, and removes what it had built', async () => {
    const played = await playReembedding({ rollBackProfile: inTurn(false, true) }, async (run) => {
      await run.untilState('standby');
      await run.handle.signal('rollBack', SIGNAL);
    });
    expect(played.result.outcome).toBe('rolled_back');
    expect(played.calls.slice(-4)).toEqual([
      'rollBackProfile 2',
      'embedMissingVectors standby',
      'rollBackProfile 2',
      'removeVectors 2',
    ]);
    await replays(played);
  });

  it('does nothing when the profile is active already', async () => {
    const { result, calls } = await playReembedding({ moveProfile: async () => false });
    expect(result.outcome).toBe('nothing_to_do');
    expect(calls).toEqual(['moveProfile 2 building']);
  });

  it('understands and sends what its first release did: a start, a signal, an answer and a result', async () => {
    const { result } = await playReembedding(
      { embedMissingVectors: inTurn({ embedded: 7 }, { embedded: 0 }) },
      async (run) => {
        await run.untilState('standby');
        const progress: unknown = await run.handle.query(REEMBEDDING_PROGRESS);
        expect(progress).toEqual(expect.objectContaining(readSample(`${SAMPLES}/progress`)));
        await run.handle.signal('rollBack', SIGNAL);
      },
    );
    expect(result).toEqual(expect.objectContaining(readSample(`${SAMPLES}/result`)));
  });
});
