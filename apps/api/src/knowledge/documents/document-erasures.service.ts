import type { RunStart } from '@docket/db/runs';
import { ErasureTakeUps } from '@docket/db/take-up/erasure';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { toTypeId } from '@docket/domain/ids/type-id';
import type { RunState } from '@docket/domain/run/state-rules';
import { currentLogContext } from '@docket/platform/logging/log-context';
import {
  DOCUMENT_ERASURE,
  documentErasureInput,
  documentErasureWorkflowId,
} from '@docket/workflows/document-erasure/contract';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../access/principal.js';
import { notFound } from '../../http/ids.js';
import { IdempotentAnswers, type Answer } from '../../idempotency/idempotent-answers.js';
import { newId } from '../../infrastructure/ids.js';
import { RunStarter } from '../../runs/run-starter.js';
import type { ErasureStartedDto } from './document.dto.js';

/** Takes the request to erase a document. */
@Injectable()
export class DocumentErasuresService {
  private readonly takeUps: ErasureTakeUps;

  constructor(
    private readonly tenants: TenantDatabase,
    private readonly starter: RunStarter,
    private readonly answers: IdempotentAnswers,
  ) {
    this.takeUps = new ErasureTakeUps(tenants);
  }

  /**
   * Marks the document as deleted and writes the erasure's run in one transaction, then starts it: from the commit on no
   * search finds the document, and its erasure will happen. A repeat, at once or years later, answers the same run.
   *
   * @throws DocketError `document.not_found`
   */
  async request(caller: Principal, documentId: string): Promise<ErasureStartedDto> {
    const { runId, start } = await this.tenants.withTenant(caller.orgId, async (tx) => {
      if (await tx.documents.markDeleted(documentId)) {
        const begun = await this.begin(tx, caller, documentId);
        tx.audit.append({
          action: 'document.delete',
          subject: toTypeId('document', documentId),
          after: { runId: toTypeId('run', begun.runId) },
        });
        return { runId: begun.runId, start: begun };
      }
      const erasure = await tx.erasures.find(documentId);
      if (!erasure) throw notFound('document');
      return { runId: erasure.runId, start: null };
    });
    if (start) await this.starter.start(start);
    return {
      documentId: toTypeId('document', documentId),
      state: 'deleted',
      runId: toTypeId('run', runId),
    };
  }

  /**
   * Begins an erasure again that somebody terminated in Temporal: it goes on behind what is gone. One that is open is left
   * alone.
   *
   * @throws DocketError `run.not_retryable` when it has succeeded
   */
  async retry(orgId: string, runId: string, answerOf: (state: RunState) => Answer): Promise<RunState> {
    const { runState, start } = await this.takeUps.takeUp(orgId, runId, 'person', (tx, taken) =>
      this.answers.settle(tx, answerOf(taken.runState)),
    );
    if (start) await this.starter.start(start);
    return runState;
  }

  private async begin(tx: TenantTransaction, caller: Principal, documentId: string): Promise<RunStart> {
    const runId = newId();
    const { requestId, traceparent } = currentLogContext();
    const subject = toTypeId('document', documentId);
    const start = await tx.runs.insert({
      id: runId,
      kind: DOCUMENT_ERASURE,
      subjectKind: 'document',
      subjectId: documentId,
      workflowId: documentErasureWorkflowId(toTypeId('org', tx.orgId), subject),
      input: documentErasureInput({ orgId: tx.orgId, documentId, runId }, subject),
      requestId: requestId ?? runId,
      traceparent: traceparent ?? null,
    });
    await tx.erasures.insert({ documentId, runId, requestedBy: publicIdOf(caller) });
    return start;
  }
}

/** Who asked, as the receipt names them. */
function publicIdOf(caller: Principal): string {
  return caller.kind === 'api_key' ? toTypeId('apiKey', caller.apiKeyId) : toTypeId('user', caller.userId);
}
