import type { RunSelection } from '@docket/db/run-selection';
import { DocketError } from '@docket/domain/errors';
import { parseTypeId } from '@docket/domain/ids/type-id';
import { RUN_STATES, type RunState } from '@docket/domain/run/state-rules';
import { subjectIdOf } from '../runs/run-subject.js';
import type { CreateRunBatchDto, RunBatchAction, RunBatchFilterDto } from './run-batch.dto.js';

/** The runs that an action is for. */
const STATES: Readonly<Record<RunBatchAction, readonly RunState[]>> = {
  retry: ['failed', 'terminated'],
  cancel: ['queued', 'running', 'waiting'],
  rerun: ['succeeded'],
};
/**
 * The runs that a request means.
 *
 * @throws DocketError `request.invalid` with the path of what does not go together
 */
export function selectionOf({ filter, ids, action, fromStep }: CreateRunBatchDto): RunSelection {
  if ((filter === undefined) === (ids === undefined)) throw invalid('filter', 'give either filter or ids');
  if ((action === 'rerun') !== (fromStep !== undefined))
    throw invalid('fromStep', action === 'rerun' ? 'is needed to rerun' : `does not go with ${action}`);
  // Named by its id a run is meant whatever its state; whether it can be acted on is its own outcome.
  if (ids) return { states: RUN_STATES, ids: ids.map(runIdAt) };
  return filterOf(filter ?? {}, STATES[action]);
}

function filterOf(filter: RunBatchFilterDto, usual: readonly RunState[]): RunSelection {
  const { kind, state, errorCode, subject, since, until, workerBuild } = filter;
  const subjectId = subject === undefined ? undefined : subjectIdOf(subject);
  if (subjectId === null) throw invalid('filter.subject', 'is no id of a document or ticket');
  return {
    states: state ? [state] : usual,
    ...(kind && { kind }),
    ...(errorCode && { errorCode }),
    ...(subjectId && { subjectId }),
    ...(since && { since: new Date(since) }),
    ...(until && { until: new Date(until) }),
    ...(workerBuild && { madeBy: workerBuild }),
  };
}

function runIdAt(publicId: string, index: number): string {
  const id = parseTypeId('run', publicId);
  if (id === null) throw invalid(`ids.${index}`, 'is no id of a run');
  return id;
}

function invalid(path: string, message: string): DocketError {
  return new DocketError('request.invalid', `${path}: ${message}`, {
    problems: [{ path, code: 'is_run_selection', message }],
  });
}
