import { StorageFault, type ObjectStorage } from '@docket/adapters/storage';
import type { SystemDatabase } from '@docket/db/system-database';
import type { TenantDatabase } from '@docket/db/tenant-database';
import { Context } from '@temporalio/activity';

export interface LeftoverDependencies {
  system: Pick<SystemDatabase, 'clearableUploads' | 'dueObjectDeletions'>;
  tenants: TenantDatabase;
  storage: Pick<ObjectStorage, 'delete' | 'head'>;
  now(): Date;
}

/** Objects looked at by one sweep, each one or two calls of some milliseconds; the next sweep takes the next. */
const MOST_AT_ONCE = 500;
/** How long after its address ran out an upload's object is left alone: a PUT that began in time ends within a minute. */
const LEFT_ALONE_SECONDS = 600;

/**
 * Removes objects that nobody will read: staging objects of versions that have ended for good, and whatever was written
 * late for an erased document. Each is noted as done after it is gone, so a repeat deletes again what may be left. A
 * storage that is away ends the look; the next sweep goes on.
 */
export class ClearLeftovers {
  constructor(private readonly on: LeftoverDependencies) {}

  async run(): Promise<{ uploads: number; late: number }> {
    let uploads = 0;
    let late = 0;
    try {
      for (const { orgId, uploadId } of await this.on.system.clearableUploads(
        LEFT_ALONE_SECONDS,
        MOST_AT_ONCE,
      )) {
        Context.current().heartbeat();
        await this.clearUpload(orgId, uploadId);
        uploads += 1;
      }
      for (const { orgId, objectDeletionId } of await this.on.system.dueObjectDeletions(MOST_AT_ONCE)) {
        Context.current().heartbeat();
        await this.lookAgain(orgId, objectDeletionId);
        late += 1;
      }
    } catch (error) {
      if (!(error instanceof StorageFault)) throw error;
    }
    return { uploads, late };
  }

  private async clearUpload(orgId: string, uploadId: string): Promise<void> {
    const upload = await this.on.tenants.withTenant(orgId, (tx) => tx.uploads.find(uploadId));
    // Erased meanwhile: the erasure takes the object along.
    if (!upload) return;
    await this.on.storage.delete(upload.stagingKey);
    await this.on.tenants.withTenant(orgId, (tx) => tx.uploads.markStagingCleared(uploadId));
  }

  /** The second look at an object of an erased document. What is found is told in the history of its erasure. */
  private async lookAgain(orgId: string, objectDeletionId: string): Promise<void> {
    const deletion = await this.on.tenants.withTenant(orgId, (tx) =>
      tx.objectDeletions.find(objectDeletionId),
    );
    if (!deletion) return;
    const found = await this.on.storage.head(deletion.objectKey);
    await this.on.storage.delete(deletion.objectKey);
    await this.on.tenants.withTenant(orgId, async (tx) => {
      await tx.objectDeletions.finish([objectDeletionId]);
      if (!found) return;
      await tx.runs.addEvents(deletion.runId, [
        {
          at: this.on.now(),
          step: 'objects',
          what: `Removed an object that was written after the erasure, ${found.sizeBytes} bytes`,
          outcome: 'succeeded',
        },
      ]);
    });
  }
}
