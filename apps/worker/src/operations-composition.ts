import { createRunBatchActivities } from '@docket/activities/run-batch';
import { createSweepActivities } from '@docket/activities/sweep';
import type { ObjectStorage } from '@docket/adapters/storage';
import type { SystemDatabase } from '@docket/db/system-database';
import type { RunTable } from '@docket/db/tables/run';
import type { TenantDatabase } from '@docket/db/tenant-database';
import type { RunStart } from '@docket/db/runs';
import { cancelWorkflow } from '@docket/platform/temporal/cancel-workflow';
import { DOCUMENT_ERASURE, ERASURE_NOT_CANCELLABLE } from '@docket/workflows/document-erasure/contract';
import {
  DECISION_NOT_CANCELLABLE,
  ENRICHMENT_DECISION,
} from '@docket/workflows/enrichment-decision/contract';
import { runBeginning } from '@docket/workflows/run/contract';
import type { Client } from '@temporalio/client';
import { webhookDeliveryRunOf } from './webhook-composition.js';
import { decisionWorkflows } from './decision-workflows.js';
import { startRun } from './run-starter.js';
import { takeUpsOf } from './take-ups.js';

interface Parts {
  client: Client;
  system: SystemDatabase;
  tenants: TenantDatabase;
  storage: ObjectStorage;
  newId(): string;
  now(): Date;
}

/** The activities that keep runs of every kind going. */
export function composeOperations(parts: Parts) {
  const { client, tenants, storage } = parts;
  const common = {
    ...parts,
    decisions: decisionWorkflows(client),
    startRun: (run: RunStart) => startRun(client, run),
    takeUps: takeUpsOf(tenants, storage),
    deliveryRunOf: webhookDeliveryRunOf,
  };
  const runBatch = createRunBatchActivities({
    ...common,
    notCancellable: {
      [DOCUMENT_ERASURE]: ERASURE_NOT_CANCELLABLE,
      [ENRICHMENT_DECISION]: DECISION_NOT_CANCELLABLE,
    },
    async cancelRun(run: RunTable) {
      const start = await tenants.withTenant(run.orgId, (tx) => tx.runs.findStart(run.id));
      await cancelWorkflow(client, run.workflowId, start && runBeginning(start));
    },
  });
  return { ...createSweepActivities(common), ...runBatch };
}
