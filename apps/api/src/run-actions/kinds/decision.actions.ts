import { DECISION_NOT_RERUNNABLE } from '@docket/db/take-up/decision';
import type { RunTable } from '@docket/db/tables/run';
import type { RunState } from '@docket/domain/run/state-rules';
import { DECISION_NOT_CANCELLABLE } from '@docket/workflows/enrichment-decision/contract';
import { Injectable } from '@nestjs/common';
import { DecisionsService } from '../../tickets/decisions.service.js';
import { EnrichmentsService } from '../../tickets/enrichments.service.js';
import { notRerunnable, type AnswerOf, type KindActions } from './kind-actions.js';
import { OnEnrichment } from './on-enrichment.js';

@Injectable()
export class DecisionActions extends OnEnrichment implements KindActions {
  readonly notCancellable = DECISION_NOT_CANCELLABLE;

  constructor(
    private readonly decisions: DecisionsService,
    enrichments: EnrichmentsService,
  ) {
    super(enrichments);
  }

  retry(run: RunTable, answerOf: AnswerOf): Promise<RunState> {
    return this.decisions.retry(run.orgId, run.id, answerOf);
  }

  rerun(): Promise<RunState> {
    return notRerunnable(DECISION_NOT_RERUNNABLE);
  }
}
