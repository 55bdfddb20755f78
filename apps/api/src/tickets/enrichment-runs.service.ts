import { EnrichmentTakeUps, type EnrichmentTakeUp } from '@docket/db/take-up/enrichment';
import { TenantDatabase } from '@docket/db/tenant-database';
import { ENRICHMENT_STEPS, type EnrichmentStep } from '@docket/domain/enrichment/state-rules';
import type { RunState } from '@docket/domain/run/state-rules';
import { Injectable } from '@nestjs/common';
import { IdempotentAnswers, type Answer } from '../idempotency/idempotent-answers.js';
import { RunStarter } from '../runs/run-starter.js';

/** Takes ended enrichments up again for a person. */
@Injectable()
export class EnrichmentRuns {
  private readonly takeUps: EnrichmentTakeUps;

  constructor(
    tenants: TenantDatabase,
    private readonly starter: RunStarter,
    private readonly answers: IdempotentAnswers,
  ) {
    this.takeUps = new EnrichmentTakeUps(tenants);
  }

  /**
   * Takes the run up and starts it. `answerOf` says what the client is answered: a repeat of its request gets that, and no
   * second execution.
   *
   * @throws DocketError `run.not_retryable` or `run.not_rerunnable`
   */
  async takeUp(
    orgId: string,
    runId: string,
    request: EnrichmentTakeUp,
    answerOf: (state: RunState) => Answer,
  ): Promise<RunState> {
    const { runState, start } = await this.takeUps.takeUp(orgId, runId, request, (tx, taken) =>
      this.answers.settle(tx, answerOf(taken.runState)),
    );
    if (start) await this.starter.start(start);
    return runState;
  }
}

export function isEnrichmentStep(step: string): step is EnrichmentStep {
  return (ENRICHMENT_STEPS as readonly string[]).includes(step);
}
