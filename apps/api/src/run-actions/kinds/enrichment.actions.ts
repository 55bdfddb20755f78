import type { RunTable } from '@docket/db/tables/run';
import { ENRICHMENT_STEPS } from '@docket/domain/enrichment/state-rules';
import { toTypeId } from '@docket/domain/ids/type-id';
import type { RunState } from '@docket/domain/run/state-rules';
import { Injectable } from '@nestjs/common';
import { EnrichmentRuns, isEnrichmentStep } from '../../tickets/enrichment-runs.service.js';
import { TicketsService } from '../../tickets/tickets.service.js';
import { unknownStep, type AnswerOf, type KindActions } from './kind-actions.js';

@Injectable()
export class EnrichmentActions implements KindActions {
  constructor(
    private readonly enrichments: EnrichmentRuns,
    private readonly tickets: TicketsService,
  ) {}

  location(run: RunTable): string {
    return `/v1/tickets/${toTypeId('ticket', run.subjectId)}`;
  }

  subject(run: RunTable): Promise<object> {
    return this.tickets.get(run.orgId, run.subjectId);
  }

  retry(run: RunTable, answerOf: AnswerOf): Promise<RunState> {
    return this.enrichments.takeUp(run.orgId, run.id, { kind: 'retry', by: 'person' }, answerOf);
  }

  async rerun(run: RunTable, fromStep: string, answerOf: AnswerOf): Promise<RunState> {
    if (!isEnrichmentStep(fromStep)) throw unknownStep(ENRICHMENT_STEPS);
    return this.enrichments.takeUp(run.orgId, run.id, { kind: 'rerun', by: 'person', fromStep }, answerOf);
  }
}
