import type { SystemDatabase } from '@docket/db/system-database';
import type { TenantDatabase } from '@docket/db/tenant-database';
import { Context } from '@temporalio/activity';
import type { SweepActivities } from './sweep.types.js';

/** A document's run as its starter needs it. Database ids (UUIDs). */
export interface UnstartedIngest {
  orgId: string;
  documentId: string;
  versionId: string;
  version: number;
  runId: string;
  uploaded: boolean;
  uploadWindowMs: number;
}

export interface SweepDependencies {
  system: SystemDatabase;
  tenants: TenantDatabase;
  /** Starts the workflow of a run; one that runs already is left as it is. */
  startIngest(start: UnstartedIngest): Promise<void>;
  now(): Date;
}

/**
 * A run that is queued for longer than this was left behind, waits for its upload, or stands in a long queue: each may be
 * looked at once. Short enough for the few that were left, long enough not to look at a whole backlog.
 */
const UNSTARTED_AFTER_SECONDS = 60;
/** Runs made sure of by one sweep, each a call of a few milliseconds; the next sweep takes the next. */
const MOST_AT_ONCE = 500;

/** The activities of `sweep`, bound to what they need. */
export function createSweepActivities(on: SweepDependencies): SweepActivities {
  return {
    /**
     * Starts what a crash left between the row and the start. A run that was started at once is found running, which
     * costs one call, once per run.
     */
    async startUnstartedRuns() {
      const left = await on.system.unstartedRuns(UNSTARTED_AFTER_SECONDS, MOST_AT_ONCE);
      for (const { orgId, runId } of left) {
        Context.current().heartbeat();
        await makeSure(on, orgId, runId);
      }
      return { started: left.length };
    },
  };
}

async function makeSure(on: SweepDependencies, orgId: string, runId: string): Promise<void> {
  const found = await on.tenants.withTenant(orgId, async (tx) => {
    const version = await tx.versions.findByRun(runId);
    const upload = version && (await tx.uploads.findByVersion(version.id));
    return version && upload && { version, upload };
  });
  if (found) {
    const { version, upload } = found;
    await on.startIngest({
      orgId,
      documentId: version.documentId,
      versionId: version.id,
      version: version.version,
      runId,
      uploaded: upload.receivedAt !== null,
      uploadWindowMs: Math.max(0, upload.expiresAt.getTime() - on.now().getTime()),
    });
  }
  await on.tenants.withTenant(orgId, (tx) => tx.runs.markSwept(runId));
}
