import { Context } from '@temporalio/activity';
import type { DocumentErasureDependencies } from './document-erasure.dependencies.js';
import type { ErasureSubject } from './document-erasure.types.js';

/** The steps of an erasure that a reader of its history would name. */
export type ErasureStep = 'supersede' | 'rows' | 'objects' | 'executions' | 'receipt';

/** Leaves a line that a step is done, and says where the run is now. Counts and ids only. */
export async function noteStep(
  on: DocumentErasureDependencies,
  subject: ErasureSubject,
  step: ErasureStep,
  what: string,
  detail: Record<string, unknown> = {},
): Promise<void> {
  const { attempt } = Context.current().info;
  await on.tenants.withTenant(subject.orgId, async (tx) => {
    await tx.runs.progress(subject.runId, 'running', step);
    await tx.runs.addEvents(subject.runId, [
      { at: on.now(), step, what, outcome: 'succeeded', attempt, detail },
    ]);
  });
}

/**
 * Runs one step, and leaves a line when it failed and will be repeated: the run then waits, and says what for. The
 * step's own error is what counts: when even this line cannot be written, it is left out.
 */
export async function withRetryNoted<T>(
  on: DocumentErasureDependencies,
  subject: ErasureSubject,
  step: ErasureStep,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await noteRetry(on, subject, step, error instanceof Error ? error.name : 'unknown');
    throw error;
  }
}

async function noteRetry(
  on: DocumentErasureDependencies,
  subject: ErasureSubject,
  step: ErasureStep,
  reason: string,
): Promise<void> {
  const { attempt } = Context.current().info;
  const what = `Attempt ${attempt} failed and will be repeated`;
  try {
    await on.tenants.withTenant(subject.orgId, async (tx) => {
      await tx.runs.progress(subject.runId, 'waiting', step);
      await tx.runs.addEvents(subject.runId, [
        { at: on.now(), step, what, outcome: 'retrying', attempt, detail: { reason } },
      ]);
    });
  } catch {
    // The database is away: it is the likely reason of the failure itself, and that one is thrown on.
  }
}
