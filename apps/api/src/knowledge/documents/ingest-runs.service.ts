import { ObjectStorage } from '@docket/adapters/storage';
import { IngestTakeUps, type IngestTakeUp, type TakenUpIngest } from '@docket/db/take-up/ingest';
import { TenantDatabase } from '@docket/db/tenant-database';
import { Injectable } from '@nestjs/common';
import { IdempotentAnswers, type Answer } from '../../idempotency/idempotent-answers.js';
import { RunStarter } from '../../runs/run-starter.js';

/** Takes ended ingests up again for a person. */
@Injectable()
export class IngestRuns {
  private readonly takeUps: IngestTakeUps;

  constructor(
    tenants: TenantDatabase,
    storage: ObjectStorage,
    private readonly starter: RunStarter,
    private readonly answers: IdempotentAnswers,
  ) {
    this.takeUps = new IngestTakeUps(tenants, storage);
  }

  /**
   * Takes the run up and starts it. `answerOf` says what the client is answered: a repeat of its request gets that, and no
   * second execution.
   *
   * @throws DocketError the refusal's code, or `document.deleted`
   */
  async takeUp(
    orgId: string,
    runId: string,
    request: IngestTakeUp,
    answerOf: (taken: TakenUpIngest) => Answer,
  ): Promise<TakenUpIngest> {
    const taken = await this.takeUps.takeUp(orgId, runId, request, (tx, state) =>
      this.answers.settle(tx, answerOf(state)),
    );
    if (taken.start) await this.starter.start(taken.start);
    return taken;
  }
}
