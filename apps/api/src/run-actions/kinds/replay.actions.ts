import type { RunTable } from '@docket/db/tables/run';
import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import type { RunState } from '@docket/domain/run/state-rules';
import { Injectable } from '@nestjs/common';
import { EnrichmentsService } from '../../tickets/enrichments.service.js';
import { notRerunnable, type KindActions } from './kind-actions.js';

/** A replay can be called off. Another one is a replay of its own, with a number of its own. */
@Injectable()
export class ReplayActions implements KindActions {
  constructor(private readonly enrichments: EnrichmentsService) {}

  /** Of the enrichment that is replayed: it lists its replays. */
  location(run: RunTable): string {
    return `/v1/enrichments/${toTypeId('enrichment', run.subjectId)}`;
  }

  subject(run: RunTable): Promise<object> {
    return this.enrichments.get(run.orgId, run.subjectId);
  }

  retry(run: RunTable): Promise<RunState> {
    return Promise.reject(new DocketError('run.not_retryable', this.madeOnce(run)));
  }

  rerun(run: RunTable): Promise<RunState> {
    return notRerunnable(this.madeOnce(run));
  }

  private madeOnce(run: RunTable): string {
    return `A replay is made once. Make another with POST ${this.location(run)}/replays.`;
  }
}
