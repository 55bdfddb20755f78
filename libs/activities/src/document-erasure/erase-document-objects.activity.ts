import { storageKeys } from '@docket/adapters/storage/keys';
import type { ObjectDeletionTable } from '@docket/db/tables/erasure';
import { Context } from '@temporalio/activity';
import { ERASURE_BATCH, type DocumentErasureDependencies } from './document-erasure.dependencies.js';
import type { ErasureSubject } from './document-erasure.types.js';
import { noteStep, withRetryNoted } from './erasure-history.js';

/**
 * Deletes the objects that the rows spoke of, batch by batch. Their sizes are noted before they are deleted, so that a
 * repeat counts what an attempt before it deleted. A storage that is away is waited for: the deletions stay until they
 * are done.
 */
export class EraseDocumentObjects {
  constructor(private readonly on: DocumentErasureDependencies) {}

  async run(subject: ErasureSubject): Promise<void> {
    await withRetryNoted(this.on, subject, 'objects', async () => {
      await this.assertStorageIsThere(subject);
      while (await this.deleteBatch(subject)) Context.current().heartbeat();
      const { tally } = await this.on.tenants.withTenant(subject.orgId, (tx) =>
        tx.erasures.get(subject.documentId),
      );
      const what = `Removed ${tally.objects ?? 0} objects, ${tally.objectBytes ?? 0} bytes`;
      await noteStep(this.on, subject, 'objects', what);
    });
  }

  /**
   * "There is no such object" is also what a store says whose folder or volume is missing. One that takes an object
   * is there.
   */
  private async assertStorageIsThere({ orgId, runId }: ErasureSubject): Promise<void> {
    const probe = storageKeys.probe(orgId, runId);
    await this.on.storage.put(probe, Buffer.from('probe'), 'text/plain');
    await this.on.storage.delete(probe);
  }

  private async deleteBatch({ orgId, documentId, runId }: ErasureSubject): Promise<boolean> {
    const batch = await this.on.tenants.withTenant(orgId, (tx) =>
      tx.objectDeletions.ofRun(runId, ERASURE_BATCH),
    );
    if (batch.length === 0) return false;
    const sizes = await this.sizesOf(batch);
    await this.on.tenants.withTenant(orgId, (tx) => tx.objectDeletions.noteSizes(sizes));
    for (const { objectKey } of batch) {
      Context.current().heartbeat();
      await this.on.storage.delete(objectKey);
    }
    await this.on.tenants.withTenant(orgId, async (tx) => {
      await tx.erasures.add(documentId, await tx.objectDeletions.finish(batch.map(({ id }) => id)));
    });
    return true;
  }

  /** What is there, of those whose size no attempt before this one noted. */
  private async sizesOf(batch: readonly ObjectDeletionTable[]): Promise<{ id: string; sizeBytes: number }[]> {
    const sizes: { id: string; sizeBytes: number }[] = [];
    for (const { id, objectKey, sizeBytes } of batch) {
      if (sizeBytes !== null) continue;
      Context.current().heartbeat();
      const found = await this.on.storage.head(objectKey);
      if (found) sizes.push({ id, sizeBytes: found.sizeBytes });
    }
    return sizes;
  }
}
