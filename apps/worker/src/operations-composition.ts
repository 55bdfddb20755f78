import { createSweepActivities } from '@docket/activities/sweep';
import type { ObjectStorage } from '@docket/adapters/storage';
import type { SystemDatabase } from '@docket/db/system-database';
import type { TenantDatabase } from '@docket/db/tenant-database';
import type { Client } from '@temporalio/client';
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
  return createSweepActivities({
    ...parts,
    decisions: decisionWorkflows(client),
    startRun: (run) => startRun(client, run),
    takeUps: takeUpsOf(tenants, storage),
  });
}
