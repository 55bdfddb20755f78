import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import type { RunState } from '@docket/domain/run/state-rules';
import type { AuditEvent } from '../audit/audit-event.js';
import type { TenantTransaction } from '../connection/tenant-transaction.js';
import type { RunStart } from '../runs/run.repository.js';

/**
 * Who takes an ended run up again: a person, a batch that a person began (its public id), Docket itself, or an operator who
 * undoes what a build of the worker made.
 */
export type TakenUpBy = 'person' | 'policy' | { batch: string } | { undoneBuild: string };

/** How an ended run is taken up again: from where it failed, or from a step on. */
export type TakeUp<Step extends string = string> = { by: TakenUpBy } & (
  { kind: 'retry' } | { kind: 'rerun'; fromStep: Step }
);

/** What taking up came to: where the run is, and what starts it once this is committed; null where it was open already. */
export interface TakenUpRun {
  runState: RunState;
  start: RunStart | null;
}

/** Runs in the transaction that takes the run up, so that it commits with it or not at all. */
export type Alongside<Taken> = (tx: TenantTransaction, taken: Taken) => Promise<void>;

/** What a run is told to be that there is none of. */
export function runNotFound(): DocketError {
  return new DocketError('run.not_found', 'There is no such run. Check the id.');
}

/**
 * Notes in the history that a run was taken up, and in the audit where a person did it to this one run: what a batch or a
 * rule did is told by the batch and the history.
 */
export async function noteTakeUp(
  tx: TenantTransaction,
  request: TakeUp,
  start: RunStart,
  step: string,
): Promise<void> {
  if (request.by === 'person') tx.audit.append(takeUpEvent(request, start));
  const [what, attempt] = [takenUpWords(request), start.attempts];
  await tx.runs.addEvents(start.runId, [{ at: new Date(), step, what, outcome: 'started', attempt }]);
}

/** The line of history about it. */
function takenUpWords(request: TakeUp): string {
  return `${wordsOf(request)}${whoseWords(request.by)}`;
}

function wordsOf(request: TakeUp): string {
  return request.kind === 'rerun' ? `Made again from ${request.fromStep}` : 'Retried';
}

function whoseWords(by: TakenUpBy): string {
  if (by === 'person') return ' by hand';
  if (by === 'policy') return ' automatically';
  return 'batch' in by ? ` with ${by.batch}` : `: build ${by.undoneBuild} was undone`;
}

function takeUpEvent(request: TakeUp, { runId, attempts }: RunStart): AuditEvent {
  return {
    action: `run.${request.kind}`,
    subject: toTypeId('run', runId),
    after: { attempts, ...(request.kind === 'rerun' && { fromStep: request.fromStep }) },
  };
}
