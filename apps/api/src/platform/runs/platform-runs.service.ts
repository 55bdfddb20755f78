import { InstallationLog } from '@docket/db/audit/installation-log';
import type { RunFailures } from '@docket/db/failures';
import { PlatformRuns, type PlatformRunFilter } from '@docket/db/platform-runs';
import { TenantDatabase } from '@docket/db/tenant-database';
import { toTypeId } from '@docket/domain/ids/type-id';
import { Injectable } from '@nestjs/common';
import { idFrom, notFound } from '../../http/ids.js';
import { idPage, toPage, type Page } from '../../http/page.js';
import { OperatorAnswers } from '../../idempotency/operator-answers.js';
import type { Settle } from '../../run-batches/run-batches.service.js';
import { showFailures } from '../../runs/failure.presenter.js';
import { showRuns } from '../../runs/run.presenter.js';
import type {
  ListPlatformRunsQuery,
  PlatformFailuresDto,
  PlatformFailuresQuery,
  PlatformRunDto,
} from './platform-run.dto.js';

/** Organisations that one look sums up, each a query of a millisecond. */
const MOST_ORGS = 500;

/** Looks at runs of every organisation. Each organisation's audit says that it was looked at. */
@Injectable()
export class PlatformRunsService {
  constructor(
    private readonly runs: PlatformRuns,
    private readonly tenants: TenantDatabase,
    private readonly log: InstallationLog,
    private readonly answers: OperatorAnswers,
  ) {}

  /** Of what an operator does: the answer is the operator's, and the installation's log tells of it. */
  readonly settle: Settle = async (tx, answer, event) => {
    await this.answers.settle(tx, answer);
    await this.log.append(event, tx.manager);
  };

  async list(query: ListPlatformRunsQuery): Promise<Page<PlatformRunDto>> {
    const page = idPage(query, 'run');
    const found = await this.runs.list(filterOf(query), page);
    const rows: PlatformRunDto[] = [];
    for (const [orgId, runs] of Map.groupBy(found, (run) => run.orgId))
      rows.push(
        ...(await this.read(
          orgId,
          runs.map(({ runId }) => runId),
        )),
      );
    // Public ids sort as those of the database do, by the time of making.
    rows.sort((a, b) => (a.id < b.id ? 1 : -1));
    return toPage(
      rows,
      page.limit,
      (run) => run,
      ({ id }) => id,
    );
  }

  /** Counts are read org by org, each in its own transaction: nothing looks into several at once. */
  async failures({ org }: PlatformFailuresQuery): Promise<PlatformFailuresDto> {
    const orgIds = org === undefined ? await this.failing() : [await this.knownOrg(org)];
    const read: RunFailures[][] = [];
    for (const orgId of orgIds.slice(0, MOST_ORGS))
      read.push(await this.tenants.withTenant(orgId, (tx) => tx.failures.list()));
    return { data: summedUp(read), orgsLeftOut: Math.max(0, orgIds.length - MOST_ORGS) };
  }

  private async failing(): Promise<string[]> {
    return (await this.runs.orgsWithFailures()).map(({ orgId }) => orgId);
  }

  /**
   * The database id of an organisation that is there.
   *
   * @throws DocketError `org.not_found`
   */
  async knownOrg(publicId: string): Promise<string> {
    const orgId = idFrom('org', publicId);
    const org = await this.tenants.withTenant(orgId, (tx) => tx.orgs.find());
    if (!org) throw notFound('org');
    return orgId;
  }

  private async read(orgId: string, runIds: readonly string[]): Promise<PlatformRunDto[]> {
    const org = toTypeId('org', orgId);
    return this.tenants.withTenant(orgId, async (tx) => {
      const runs = await tx.runs.findAll(runIds);
      const shown = await showRuns(tx, runs);
      tx.audit.append({ action: 'run.read_by_operator', subject: org, after: { runs: runs.length } });
      return shown.map((run) => ({ ...run, org }));
    });
  }
}

function filterOf({ org, kind, state, errorCode, since }: ListPlatformRunsQuery): PlatformRunFilter {
  return {
    ...(org && { orgId: idFrom('org', org) }),
    ...(kind && { kind }),
    ...(state && { state }),
    ...(errorCode && { errorCode }),
    ...(since && { since: new Date(since) }),
  };
}

/** Failures of several organisations by kind and code, the most first. */
function summedUp(ofOrgs: readonly RunFailures[][]): PlatformFailuresDto['data'] {
  const sums = new Map<string, RunFailures & { orgs: number }>();
  for (const failures of ofOrgs.flat()) {
    const key = `${failures.kind} ${failures.errorCode}`;
    const sum = sums.get(key);
    sums.set(key, sum ? added(sum, failures) : { ...failures, orgs: 1 });
  }
  return [...sums.values()]
    .sort((a, b) => b.count - a.count)
    .map((sum) => ({ ...showFailures(sum), orgs: sum.orgs }));
}

function added(sum: RunFailures & { orgs: number }, more: RunFailures): RunFailures & { orgs: number } {
  return {
    ...sum,
    orgs: sum.orgs + 1,
    count: sum.count + more.count,
    setAside: sum.setAside + more.setAside,
    oldest: sum.oldest < more.oldest ? sum.oldest : more.oldest,
    newest: sum.newest > more.newest ? sum.newest : more.newest,
    nextRetryAt: earlier(sum.nextRetryAt, more.nextRetryAt),
  };
}

function earlier(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}
