import {
  endsThatMayReopenTo,
  hasEnded,
  mayMove,
  statesThatMayBecome,
  VERSION_STATES,
  type VersionState,
} from '@docket/domain/document/state-rules';
import { RUN_STATES, runHasEnded } from '@docket/domain/run/state-rules';
import { describe, expect, it } from '@jest/globals';

const PAIRS = VERSION_STATES.flatMap((from) => VERSION_STATES.map((to) => ({ from, to })));

const WAITING: VersionState[] = ['awaiting_upload', 'uploaded', 'processing', 'waiting_for_provider'];
const FINAL: VersionState[] = ['indexed', 'upload_expired', 'rejected', 'index_error'];

/** States that can be reached from one, by any number of moves. */
function reachableFrom(start: VersionState): Set<VersionState> {
  const reached = new Set([start]);
  for (const from of reached) for (const to of VERSION_STATES) if (mayMove(from, to)) reached.add(to);
  return reached;
}

describe('the states of a version', () => {
  it('are those of the contract', () => {
    expect([...VERSION_STATES].toSorted()).toEqual([
      'awaiting_upload',
      'deleted',
      'index_error',
      'indexed',
      'processing',
      'rejected',
      'upload_expired',
      'uploaded',
      'waiting_for_provider',
    ]);
  });

  it('may each be written again: activities repeat', () => {
    for (const state of VERSION_STATES) expect(mayMove(state, state)).toBe(true);
  });

  it('never leave deleted', () => {
    expect([...reachableFrom('deleted')]).toEqual(['deleted']);
  });

  it.each(FINAL)('leave %s for deleted only', (state) => {
    expect(VERSION_STATES.filter((to) => to !== state && mayMove(state, to))).toEqual(['deleted']);
  });

  it('lead back from no end by a run, and from index_error and indexed alone when a person asks', () => {
    const back = VERSION_STATES.flatMap((to) => endsThatMayReopenTo(to).map((from) => `${from} ${to}`));
    expect(
      VERSION_STATES.filter((from) => hasEnded(from) && WAITING.some((to) => mayMove(from, to))),
    ).toEqual([]);
    expect(back.toSorted()).toEqual([
      'index_error awaiting_upload',
      'index_error uploaded',
      'indexed uploaded',
    ]);
  });

  it('can all be deleted, and every one that has not ended can end well or badly', () => {
    for (const state of VERSION_STATES) expect(mayMove(state, 'deleted')).toBe(true);
    for (const state of WAITING) {
      const reachable = reachableFrom(state);
      for (const end of ['indexed', 'rejected', 'index_error'] as const)
        expect(reachable.has(end)).toBe(true);
    }
  });

  it('never become indexed, or wait for a provider, before they were processed', () => {
    expect(statesThatMayBecome('indexed').toSorted()).toEqual([
      'indexed',
      'processing',
      'waiting_for_provider',
    ]);
    expect(statesThatMayBecome('waiting_for_provider').toSorted()).toEqual([
      'processing',
      'waiting_for_provider',
    ]);
  });

  it('expire only while nothing has been read', () => {
    expect(statesThatMayBecome('upload_expired').toSorted()).toEqual([
      'awaiting_upload',
      'upload_expired',
      'uploaded',
    ]);
    expect(statesThatMayBecome('awaiting_upload')).toEqual(['awaiting_upload']);
  });

  it.each(PAIRS)('say the same of $from to $to, asked either way', ({ from, to }) => {
    expect(statesThatMayBecome(to).includes(from)).toBe(mayMove(from, to));
  });

  it('have ended exactly where no run will change them', () => {
    expect(VERSION_STATES.filter((state) => !hasEnded(state)).toSorted()).toEqual(WAITING.toSorted());
  });
});

describe('the states of a run', () => {
  it('have ended exactly where nothing more is to come', () => {
    expect(RUN_STATES.filter((state) => runHasEnded(state))).toEqual([
      'succeeded',
      'failed',
      'cancelled',
      'terminated',
    ]);
  });
});
