import { settleIngest } from '@docket/activities/document-ingest/settle';
import { settleReplay } from '@docket/activities/enrichment-replay/settle';
import { Reconciler } from '@docket/activities/reconciler';
import { settleEnrichment } from '@docket/activities/ticket-enrichment/settle';
import { uuidV7 } from '@docket/domain/ids/uuid-v7';
import type { Logger } from '@docket/platform/logging/logger';
import { meter } from '@docket/platform/metrics';
import { DOCUMENT_INGEST } from '@docket/workflows/document-ingest/contract';
import { ENRICHMENT_REPLAY } from '@docket/workflows/enrichment-replay/contract';
import { TICKET_ENRICHMENT } from '@docket/workflows/ticket-enrichment/contract';
import { randomBytes } from 'node:crypto';
import type { Composition } from './composition.js';
import { executionsOf } from './executions.js';
import { repeat } from './repeat.js';
import { startRun } from './run-starter.js';

/** Rows agree with an operator's act within seconds; a tick without news is one small query and one list. */
const EVERY_MS = 2_000;
/** gRPC status UNIMPLEMENTED: the Temporal test server has no visibility. */
const UNIMPLEMENTED = 12;

const settle = {
  [DOCUMENT_INGEST]: settleIngest,
  [ENRICHMENT_REPLAY]: settleReplay,
  [TICKET_ENRICHMENT]: settleEnrichment,
};

/** Keeps rows in line with what happens to executions behind their back, until it is stopped. */
export function startReconciling(
  { system, tenants, client }: Pick<Composition, 'system' | 'tenants' | 'client'>,
  logger: Logger,
): { stop(): Promise<void> } {
  const corrected = meter().createCounter('docket_runs_reconciled_total', {
    description: 'Runs whose rows did not know what had become of their execution, by what had',
  });
  const reconciler = new Reconciler({
    system,
    tenants,
    executions: executionsOf(client),
    settle,
    // The runs of a ticket share a workflow: of one of them alone no more is settled than of a replay.
    settleOne: { ...settle, [TICKET_ENRICHMENT]: settleReplay },
    startRun: (run) => startRun(client, run),
    holder: uuidV7(Date.now(), randomBytes(10)),
    onCorrected: (status) => {
      corrected.add(1, { status });
    },
    onProblem: (workflowId, error) => {
      logger.warn({ workflowId, error }, 'run could not be reconciled, will be tried again');
    },
  });
  let isPossible = true;
  return repeat('reconcile', EVERY_MS, logger, async () => {
    if (!isPossible) return;
    try {
      await reconciler.tick();
    } catch (error) {
      if (!isUnimplemented(error)) throw error;
      isPossible = false;
      logger.warn({}, 'this Temporal server lists no workflows: rows are not reconciled with it');
    }
  });
}

/** The client wraps what the server answered. */
function isUnimplemented(error: unknown): boolean {
  return [error, error instanceof Error ? error.cause : null].some(
    (known) => known instanceof Error && 'code' in known && known.code === UNIMPLEMENTED,
  );
}
