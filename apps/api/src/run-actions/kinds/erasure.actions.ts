import { ERASURE_NOT_RERUNNABLE } from '@docket/db/take-up/erasure';
import type { RunTable } from '@docket/db/tables/run';
import type { RunState } from '@docket/domain/run/state-rules';
import { ERASURE_NOT_CANCELLABLE } from '@docket/workflows/document-erasure/contract';
import { Injectable } from '@nestjs/common';
import { DocumentErasuresService } from '../../knowledge/documents/document-erasures.service.js';
import { DocumentsService } from '../../knowledge/documents/documents.service.js';
import { notRerunnable, type AnswerOf, type KindActions } from './kind-actions.js';
import { OnDocument } from './on-document.js';

@Injectable()
export class ErasureActions extends OnDocument implements KindActions {
  readonly notCancellable = ERASURE_NOT_CANCELLABLE;

  constructor(
    private readonly erasures: DocumentErasuresService,
    documents: DocumentsService,
  ) {
    super(documents);
  }

  retry(run: RunTable, answerOf: AnswerOf): Promise<RunState> {
    return this.erasures.retry(run.orgId, run.id, answerOf);
  }

  rerun(): Promise<RunState> {
    return notRerunnable(ERASURE_NOT_RERUNNABLE);
  }
}
