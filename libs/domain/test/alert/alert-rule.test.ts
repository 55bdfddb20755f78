import { nextAlertState, type AlertState } from '@docket/domain/alert/rule';
import { describe, expect, it } from '@jest/globals';

const THRESHOLDS = { fireAt: 0.5, resolveBelow: 0.2 };

function states(values: number[], isTelling = true): string {
  let state: AlertState = 'ok';
  return values.map((value) => (state = nextAlertState(state, THRESHOLDS, { value, isTelling }))).join(' ');
}

describe('an alert rule', () => {
  it('fires at the upper threshold and ends below the lower one; between them it stays', () => {
    expect(states([0.49, 0.5, 0.3, 0.49, 0.2, 0.19, 0.3, 0.49, 0.6])).toBe(
      'ok firing firing firing firing ok ok ok firing',
    );
  });

  it('does not flap with a value that wavers around one threshold', () => {
    expect(new Set(states([0.5, 0.49, 0.51, 0.48, 0.5, 0.47]).split(' '))).toEqual(new Set(['firing']));
  });

  it('does not begin with too little, and ends with nothing at all', () => {
    expect(states([1, 1], false)).toBe('ok ok');
    expect(nextAlertState('firing', THRESHOLDS, { value: 0, isTelling: false })).toBe('ok');
  });
});
