import type { RunStart } from '@docket/db/runs';
import type { SystemDatabase } from '@docket/db/system-database';
import type { TenantDatabase } from '@docket/db/tenant-database';
import { DocketError } from '@docket/domain/errors';
import { setTimeout } from 'node:timers/promises';
import type { TakeUpRun } from './take-up-run.js';

const ORGS_PER_PAGE = 200;
const RUNS_PER_PAGE = 500;
/** An organisation has so many runs at once; one of them has ended by then. */
const PLACE_AGAIN_MS = 1_000;
const NIL = '00000000-0000-0000-0000-000000000000';

export interface UndoneBuild {
  /** Runs whose result, or whose end, the build made. */
  found: number;
  /** Of these, those that are made again. */
  begun: number;
  /** Of these, by the code of the reason, those that cannot be: the file of a version that it rejected is gone. */
  refused: Record<string, number>;
}

export interface UndoParts {
  system: Pick<SystemDatabase, 'orgIds'>;
  tenants: TenantDatabase;
  /**
   * By kind: how its runs are taken up, and the first step whose result a build's code decides. What comes before it, the
   * bytes or the ticket, is as it was.
   */
  kinds: Readonly<Record<string, { takeUp: TakeUpRun; fromStep: string }>>;
  startRun(run: RunStart): Promise<void>;
}

/**
 * Makes again, with the current build, what a bad one made and what is still in use: every searchable document and every
 * current enrichment, and what failed there. Each is a new execution of the same run, one after another. A repeat, as after
 * a crash, finds what is left; a run that was taken up and not started is started by the sweep.
 *
 * @param perSecond how many runs are begun in a second at the most, so that interactive work is not held up
 */
export async function undoBuild(
  on: UndoParts,
  { build, dryRun, perSecond }: { build: string; dryRun: boolean; perSecond: number },
): Promise<UndoneBuild> {
  const undone: UndoneBuild = { found: 0, begun: 0, refused: {} };
  for await (const { orgId, id, kind } of madeBy(on, build)) {
    undone.found += 1;
    if (dryRun) continue;
    const refusal = await beginAgain(on, { orgId, id, kind, build });
    if (refusal === null) undone.begun += 1;
    else undone.refused[refusal] = (undone.refused[refusal] ?? 0) + 1;
    await setTimeout(1_000 / perSecond);
  }
  return undone;
}

interface MadeRun {
  orgId: string;
  id: string;
  kind: string;
}

async function* madeBy(on: UndoParts, build: string): AsyncGenerator<MadeRun> {
  const kinds = Object.keys(on.kinds);
  for await (const orgId of orgsOf(on)) {
    let after = NIL;
    for (;;) {
      const page = await on.tenants.withTenant(orgId, (tx) =>
        tx.runs.madeByBuild(build, kinds, after, RUNS_PER_PAGE),
      );
      for (const run of page) yield { orgId, ...run };
      after = page.at(-1)?.id ?? after;
      if (page.length < RUNS_PER_PAGE) break;
    }
  }
}

async function* orgsOf({ system }: UndoParts): AsyncGenerator<string> {
  let before: string | null = null;
  for (;;) {
    const page: string[] = await system.orgIds(before, ORGS_PER_PAGE);
    yield* page;
    before = page.at(-1) ?? before;
    if (page.length < ORGS_PER_PAGE) return;
  }
}

/** Null when it was begun, or is under way already; else the code of the reason why it cannot be. */
async function beginAgain(
  on: UndoParts,
  { orgId, id, kind, build }: MadeRun & { build: string },
): Promise<string | null> {
  const again = on.kinds[kind];
  if (!again) return 'run.not_rerunnable';
  const { takeUp, fromStep } = again;
  const request = { kind: 'rerun', fromStep, by: { undoneBuild: build } } as const;
  for (;;) {
    try {
      const { start } = await takeUp(orgId, id, request, () => Promise.resolve());
      if (start) await on.startRun(start);
      return null;
    } catch (error) {
      if (!(error instanceof DocketError)) throw error;
      if (error.code !== 'quota.runs_exceeded') return error.code;
    }
    await setTimeout(PLACE_AGAIN_MS);
  }
}
