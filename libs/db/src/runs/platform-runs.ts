import type { RunState } from '@docket/domain/run/state-rules';
import type { DataSource } from 'typeorm';
import type { PageRequest } from '../connection/page.js';

/** Which runs of the installation are meant, all conditions together. */
export interface PlatformRunFilter {
  orgId?: string;
  kind?: string;
  state?: RunState;
  errorCode?: string;
  since?: Date;
}

/**
 * Runs over all organisations: ids and counts by SECURITY DEFINER functions. What an id stands for is read in that org's
 * own transaction.
 */
export class PlatformRuns {
  constructor(private readonly dataSource: DataSource) {}

  /** Newest first, one more than the page shows. */
  async list(filter: PlatformRunFilter, page: PageRequest): Promise<{ orgId: string; runId: string }[]> {
    return this.dataSource.query(
      `select org_id as "orgId", run_id as "runId" from docket_platform_runs($1, $2, $3, $4, $5, $6, $7)`,
      [
        filter.orgId ?? null,
        filter.kind ?? null,
        filter.state ?? null,
        filter.errorCode ?? null,
        filter.since ?? null,
        page.beforeId,
        page.limit + 1,
      ],
    );
  }

  /** Organisations with runs that failed and were not taken up again, and how many those are; the most first. */
  async orgsWithFailures(): Promise<{ orgId: string; failures: number }[]> {
    return this.dataSource.query('select org_id as "orgId", failures from docket_orgs_with_failures()');
  }
}
