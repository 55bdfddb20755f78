import { newId, type TestDatabase } from '../../../../test/support/database.ts';

/** A batch of the org's other runs. */
export async function seedBatch(db: TestDatabase, orgId: string): Promise<void> {
  const [id, runId] = [newId(), newId()];
  await db.tenants.withTenant(orgId, async (tx) => {
    await tx.runs.insert({
      ...{ id: runId, kind: 'runBatch', subjectKind: 'batch', subjectId: id, workflowId: `w ${id}` },
      ...{ input: {}, requestId: runId, traceparent: null },
    });
    await tx.batches.insert({ id, kind: 'runBatch', runId, spec: {} });
    await tx.batches.chooseRuns(id, { states: ['queued', 'running', 'succeeded'] });
  });
}
