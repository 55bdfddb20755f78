import { Context } from '@temporalio/activity';
import type { DocumentIngestDependencies } from './document-ingest.dependencies.js';
import { joinOpenRun } from './join-run.js';
import type { IngestSubject } from './document-ingest.types.js';

/** Looks begin two seconds apart and end fifteen apart: an upload nobody announces is rare, an abandoned one is not. */
const FIRST_LOOK_SECONDS = 2;
const SLOWEST_LOOK_SECONDS = 15;

/** Nothing is there yet; the next attempt looks again. */
class NotUploadedYet extends Error {
  override readonly name = 'NotUploadedYet';
  readonly retryAfterSeconds: number;

  constructor(attempt: number) {
    super('nothing has been uploaded yet');
    this.retryAfterSeconds = Math.min(SLOWEST_LOOK_SECONDS, FIRST_LOOK_SECONDS * 1.5 ** (attempt - 1));
  }
}

/**
 * Looks whether the upload that nobody announced is there. Beyond joining the run it only reads. While there is time,
 * "no" is a failed attempt, so that the Temporal server does the waiting; the last look answers plainly.
 */
export class FindUploadedObject {
  constructor(private readonly on: DocumentIngestDependencies) {}

  async run(subject: IngestSubject & { lastLook: boolean }): Promise<boolean> {
    const upload = await this.on.tenants.withTenant(subject.orgId, async (tx) => {
      await joinOpenRun(this.on, tx, subject);
      return tx.uploads.findByVersion(subject.versionId);
    });
    const found = upload !== null && (await this.on.storage.head(upload.stagingKey)) !== null;
    if (!found && !subject.lastLook) throw new NotUploadedYet(Context.current().info.attempt);
    return found;
  }
}
