import type { RunTable } from '@docket/db/tables/run';
import { DocketError } from '@docket/domain/errors';
import type { RunState } from '@docket/domain/run/state-rules';
import type { Answer } from '../../idempotency/idempotent-answers.js';

/** What can be done with runs of one kind once they have ended, and where their subject is read. */
export interface KindActions {
  /** Path of the subject. */
  location(run: RunTable): string;
  /** What a GET of the subject says. */
  subject(run: RunTable): Promise<object>;
  /** Both store the answer with what they do, and return the state that is in it. */
  retry(run: RunTable, answerOf: AnswerOf): Promise<RunState>;
  rerun(run: RunTable, fromStep: string, answerOf: AnswerOf): Promise<RunState>;
  /** Why an open run cannot be cancelled, where it cannot. */
  readonly notCancellable?: string;
}

export type AnswerOf = (state: RunState) => Answer;

/** For kinds that are not made again. */
export function notRerunnable(why: string): Promise<never> {
  return Promise.reject(new DocketError('run.not_rerunnable', why));
}

export function unknownStep(steps: readonly string[]): DocketError {
  return new DocketError('request.invalid', 'fromStep: not a step of this kind of run', {
    problems: [{ path: 'fromStep', code: 'is_in', message: `must be one of ${steps.join(', ')}` }],
  });
}
