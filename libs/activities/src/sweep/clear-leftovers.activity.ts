import { StorageFault, type ObjectStorage } from '@docket/adapters/storage';
import { parseStagingKey } from '@docket/adapters/storage/keys';
import type { SystemDatabase } from '@docket/db/system-database';
import type { TenantDatabase } from '@docket/db/tenant-database';
import { Context } from '@temporalio/activity';

export interface LeftoverDependencies {
  system: Pick<SystemDatabase, 'clearableUploads' | 'dueObjectDeletions'>;
  tenants: TenantDatabase;
  storage: Pick<ObjectStorage, 'delete' | 'head' | 'listWrittenBefore'>;
  now(): Date;
}

/** Objects looked at by one sweep, each one or two calls of some milliseconds; the next sweep takes the next. */
const MOST_AT_ONCE = 500;
/** Of staging objects older than a day: most have a row, so more are looked at to find those without. */
const MOST_UNKNOWN = 5_000;
/** How long after its address ran out an upload's object is left alone: a PUT that began in time ends within a minute. */
const LEFT_ALONE_SECONDS = 600;

/** An object in staging is older than its row by the time of one request at most; after a day there is none to come. */
const UNKNOWN_AFTER_MS = 24 * 3_600_000;

/**
 * Removes objects that nobody will read: staging objects of versions that have ended for good or that no row knows,
 * and whatever was written late for an erased document. Each is noted as done after it is gone, so a repeat deletes again what may be left. A
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
      if (this.isFirstOfTheHour()) await this.clearUnknown();
    } catch (error) {
      if (!(error instanceof StorageFault)) throw error;
    }
    return { uploads, late };
  }

  /** Listing costs a walk through all of staging, and what it finds is rare. */
  private isFirstOfTheHour(): boolean {
    return this.on.now().getUTCMinutes() === 0;
  }

  /** A text sent inline lies there before its row: after a crash between the two, nobody knows of it. */
  private async clearUnknown(): Promise<void> {
    const before = new Date(this.on.now().getTime() - UNKNOWN_AFTER_MS);
    for (const key of await this.on.storage.listWrittenBefore('staging', before, MOST_UNKNOWN)) {
      Context.current().heartbeat();
      const owner = parseStagingKey(key);
      if (!owner) continue;
      const upload = await this.on.tenants.withTenant(owner.orgId, (tx) => tx.uploads.find(owner.uploadId));
      if (!upload) await this.on.storage.delete(key);
    }
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
