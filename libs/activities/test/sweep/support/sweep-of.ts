import { createSweepActivities } from '@docket/activities/sweep';
import type { TestDatabase } from '../../../../../test/support/database.ts';

export type SweepNeeds = Parameters<typeof createSweepActivities>[0];

/** The sweep of a database, on its own but for what a test gives it: no storage, no Temporal, nothing that is started. */
export function sweepOf(
  { system, tenants }: Pick<TestDatabase, 'system' | 'tenants'>,
  needs: Partial<SweepNeeds> = {},
): ReturnType<typeof createSweepActivities> {
  return createSweepActivities({
    system,
    tenants,
    storage: { head: async () => null, listWrittenBefore: async () => [], delete: async () => undefined },
    startRun: async () => undefined,
    takeUps: {},
    decisions: { tell: async () => true, cancel: async () => true },
    deliveryRunOf: () => ({ kind: 'webhookDelivery', workflowId: '', input: {} }),
    newId: () => '',
    now: () => new Date(),
    ...needs,
  });
}
