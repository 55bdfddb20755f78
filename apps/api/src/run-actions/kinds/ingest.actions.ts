import type { RunTable } from '@docket/db/tables/run';
import { INGEST_STEPS, type IngestStep } from '@docket/domain/document/state-rules';
import { toTypeId } from '@docket/domain/ids/type-id';
import type { RunState } from '@docket/domain/run/state-rules';
import { Injectable } from '@nestjs/common';
import { DocumentsService } from '../../knowledge/documents/documents.service.js';
import { IngestRuns } from '../../knowledge/documents/ingest-runs.service.js';
import { unknownStep, type AnswerOf, type KindActions } from './kind-actions.js';

@Injectable()
export class IngestActions implements KindActions {
  constructor(
    private readonly ingests: IngestRuns,
    private readonly documents: DocumentsService,
  ) {}

  location(run: RunTable): string {
    return `/v1/documents/${toTypeId('document', run.subjectId)}`;
  }

  subject(run: RunTable): Promise<object> {
    return this.documents.get(run.orgId, run.subjectId);
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
