import { createDocumentErasureActivities, type ExecutionRemover } from '@docket/activities/document-erasure';
import type { DocumentErasureActivities, ErasureSubject } from '@docket/activities/document-erasure/types';
import { StorageFault, type ObjectInfo } from '@docket/adapters/storage';
import { toTypeId } from '@docket/domain/ids/type-id';
import { documentErasureInput } from '@docket/workflows/document-erasure/contract';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { newId } from '../../../../../test/support/database.ts';
import type { IngestWorld } from '../../document-ingest/support/ingest-world.ts';

/** The steps in the order of the workflow. */
export const STEPS = [
  'supersedeDocumentRuns',
  'endDocumentExecutions',
  'eraseDocumentRows',
  'eraseDocumentObjects',
  'deleteDocumentExecutions',
  'completeErasure',
] as const satisfies (keyof DocumentErasureActivities)[];

export interface Receipt {
  documentId: string;
  requestedBy: string;
  requestedAt: string;
  completedAt: string;
  removed: Record<string, number>;
  kept: { contents: number; executions: number };
  lookedAtAgainAt: string | null;
}

/** The erasure's activities on the database and the storage of an ingest's world. */
export class ErasureWorld {
  readonly activities: DocumentErasureActivities;
  /** Thrown by the storage's next calls, one each. */
  readonly storageFaults: Error[] = [];
  /** Executions that Temporal keeps, by workflow id. */
  readonly kept = new Map<string, Set<string>>();
  readonly terminated: string[] = [];
  /** Whether the server can remove executions. */
  canDelete = true;

  constructor(readonly ingest: IngestWorld) {
    const { storage } = ingest;
    this.activities = createDocumentErasureActivities({
      tenants: ingest.database.tenants,
      storage: {
        head: (key): Promise<ObjectInfo | null> => this.#faulty(() => storage.head(key)),
        delete: (key): Promise<void> => this.#faulty(() => storage.delete(key)),
        put: (key, bytes): Promise<void> => storage.put(key, bytes),
      },
      executions: this.#executions(),
      workerBuild: 'build-of-a-test',
      newId,
      now: () => new Date(),
    });
  }

  #faulty<T>(work: () => Promise<T>): Promise<T> {
    const fault = this.storageFaults.shift();
    return fault ? Promise.reject(fault) : work();
  }

  #executions(): ExecutionRemover {
    return {
      terminate: async (workflowId) => {
        this.terminated.push(workflowId);
      },
      list: async (workflowId) => [...(this.kept.get(workflowId) ?? [])],
      delete: async (workflowId, temporalRunId) => {
        if (this.canDelete) this.kept.get(workflowId)?.delete(temporalRunId);
        return this.canDelete;
      },
    };
  }

  /** What the API does: mark, run and record in one transaction. A repeat answers the same erasure. */
  async request(documentId: string): Promise<ErasureSubject> {
    const { orgId, database } = this.ingest;
    const runId = newId();
    return database.tenants.withTenant(orgId, async (tx) => {
      if (!(await tx.documents.markDeleted(documentId)))
        return { orgId, documentId, runId: (await tx.erasures.get(documentId)).runId };
      const subject = toTypeId('document', documentId);
      await tx.runs.insert({
        id: runId,
        kind: 'documentErasure',
        subjectKind: 'document',
        subjectId: documentId,
        workflowId: `document-erasure:${documentId}`,
        input: documentErasureInput({ orgId, documentId, runId }, subject),
        requestId: runId,
        traceparent: null,
      });
      await tx.erasures.insert({ documentId, runId, requestedBy: 'key_test' });
      return { orgId, documentId, runId };
    });
  }

  /** One attempt of a step. */
  async run(step: (typeof STEPS)[number], subject: ErasureSubject, attempt = 1): Promise<void> {
    const environment = new MockActivityEnvironment({ attempt }, { logger: new DefaultLogger('ERROR') });
    await environment.run(this.activities[step], subject);
  }

  /** Every step from the given one on. */
  async runFrom(step: (typeof STEPS)[number], subject: ErasureSubject): Promise<Receipt> {
    for (const next of STEPS.slice(STEPS.indexOf(step))) await this.run(next, subject);
    return this.receipt(subject);
  }

  /** The whole erasure of a document. */
  async erase(documentId: string): Promise<Receipt> {
    return this.runFrom('supersedeDocumentRuns', await this.request(documentId));
  }

  async receipt({ runId }: ErasureSubject): Promise<Receipt> {
    const [row] = await this.ingest.database.asAdmin<{ state: string; result: Receipt | null }>(
      'select state, result from runs where id = $1',
      [runId],
    );
    if (row?.state !== 'succeeded' || !row.result) throw new Error(`the erasure is ${row?.state}`);
    return row.result;
  }
}

export function storageAway(): StorageFault {
  return new StorageFault('the storage is away');
}
