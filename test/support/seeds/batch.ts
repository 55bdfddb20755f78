import { newId, type TestDatabase } from '../database.ts';

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

/** A batch that may wait, and the enrichment in what it sends to a provider. */
export async function seedMessageBatch(
  db: TestDatabase,
  orgId: string,
  { enrichmentId }: { enrichmentId: string },
): Promise<void> {
  const [id, runId] = [newId(), newId()];
  await db.tenants.withTenant(orgId, async (tx) => {
    await tx.runs.insert({
      ...{ id: runId, kind: 'enrichmentBatch', subjectKind: 'batch', subjectId: id, workflowId: `w ${id}` },
      ...{ input: {}, requestId: runId, traceparent: null },
    });
    await tx.batches.insert({ id, kind: 'enrichmentBatch', runId, spec: { mayWait: true } });
    await tx.messageBatches.join(enrichmentId, id);
    await tx.messageBatches.gather(newId(), id, 'anthropic', 10);
  });
}
