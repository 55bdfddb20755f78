import type { RunTable } from '@docket/db/tables/run';
import { DocketError } from '@docket/domain/errors';
import type { RunState } from '@docket/domain/run/state-rules';
import { Injectable } from '@nestjs/common';
import { notRerunnable, type KindActions } from './kind-actions.js';
import { OnEnrichment } from './on-enrichment.js';

/** A replay can be called off. Another one is a replay of its own, with a number of its own. */
@Injectable()
export class ReplayActions extends OnEnrichment implements KindActions {
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
