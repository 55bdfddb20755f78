import type { Decision } from '@docket/domain/enrichment/approval';
import type { Logger } from '@docket/platform/logging/logger';
import { DECIDE, type DecideResult, type DecideUpdate } from '@docket/workflows/enrichment-decision/contract';
import { Inject, Injectable } from '@nestjs/common';
import { Client } from '@temporalio/client';
import { LOGGER } from '../infrastructure/logger.token.js';

/**
 * Milliseconds that who decides waits for the effect. It takes some thirty; without a worker nobody answers, and the
 * decision counts all the same.
 */
const DEADLINE_MS = 750;

/** Tells the workflow that waits for a decision that it was made. */
@Injectable()
export class DecisionTeller {
  constructor(
    private readonly temporal: Client,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Resolves when the decision is in effect, or when it is left to the sweep to bring it there. Never throws. */
  async tell(workflowId: string, decision: Decision): Promise<void> {
    const args: [DecideUpdate] = [{ schemaVersion: 1, decision }];
    try {
      await this.temporal.withDeadline(Date.now() + DEADLINE_MS, () =>
        this.temporal.workflow
          .getHandle(workflowId)
          .executeUpdate<DecideResult, [DecideUpdate]>(DECIDE, { args }),
      );
    } catch (error) {
      this.logger.info({ error, workflowId }, 'decision is not in effect yet; the sweep will see to it');
    }
  }
}
