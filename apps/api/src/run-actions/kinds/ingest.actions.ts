import type { RunTable } from '@docket/db/tables/run';
import { INGEST_STEPS, type IngestStep } from '@docket/domain/document/state-rules';
import type { RunState } from '@docket/domain/run/state-rules';
import { Injectable } from '@nestjs/common';
import { DocumentsService } from '../../knowledge/documents/documents.service.js';
import { IngestRuns } from '../../knowledge/documents/ingest-runs.service.js';
import { unknownStep, type AnswerOf, type KindActions } from './kind-actions.js';
import { OnDocument } from './on-document.js';

@Injectable()
export class IngestActions extends OnDocument implements KindActions {
  constructor(
    private readonly ingests: IngestRuns,
    documents: DocumentsService,
  ) {
    super(documents);
  }

  retry(run: RunTable, answerOf: AnswerOf): Promise<RunState> {
    return this.takeUp(run, { kind: 'retry', by: 'person' }, answerOf);
  }

  async rerun(run: RunTable, fromStep: string, answerOf: AnswerOf): Promise<RunState> {
    if (!isIngestStep(fromStep)) throw unknownStep(INGEST_STEPS);
    return this.takeUp(run, { kind: 'rerun', by: 'person', fromStep }, answerOf);
  }

  private async takeUp(
    run: RunTable,
    request: Parameters<IngestRuns['takeUp']>[2],
    answerOf: AnswerOf,
  ): Promise<RunState> {
    const taken = await this.ingests.takeUp(run.orgId, run.id, request, ({ runState }) => answerOf(runState));
    return taken.runState;
  }
}

function isIngestStep(step: string): step is IngestStep {
  return (INGEST_STEPS as readonly string[]).includes(step);
}
