import type { RunFilter } from '@docket/db/runs';
import { TenantDatabase } from '@docket/db/tenant-database';
import { Injectable } from '@nestjs/common';
import { notFound } from '../http/ids.js';
import { idCursor, idPage, toPage, type Page } from '../http/page.js';
import { historyLines, shownDetail } from './history-line.js';
import { subjectIdOf } from './run-subject.js';
import { showRuns } from './run.presenter.js';
import type { ListRunsQuery, RunDto, RunHistoryDto } from './run.dto.js';

@Injectable()
export class RunsService {
  constructor(private readonly tenants: TenantDatabase) {}

  async list(orgId: string, query: ListRunsQuery): Promise<Page<RunDto>> {
    const page = idPage(query, 'run');
    const filter = filterOf(query);
    if (filter === null) return { data: [], nextCursor: null };
    return this.tenants.withTenant(orgId, async (tx) => {
      const found = await tx.runs.list(filter, page);
      const { data, nextCursor } = toPage(found, page.limit, (run) => run, idCursor('run'));
      return { data: await showRuns(tx, data), nextCursor };
    });
  }

  async get(orgId: string, id: string): Promise<RunDto> {
    return this.tenants.withTenant(orgId, async (tx) => {
      const run = await tx.runs.find(id);
      const [shown] = await showRuns(tx, run ? [run] : []);
      if (!shown) throw notFound('run');
      return shown;
    });
  }

  async history(orgId: string, id: string): Promise<RunHistoryDto> {
    const events = await this.tenants.withTenant(orgId, async (tx) => {
      if (!(await tx.runs.find(id))) throw notFound('run');
      return tx.runs.history(id);
    });
    const lines = historyLines(events);
    return {
      data: events.map(({ at, step, what, attempt, durationMs, outcome, detail }, index) => ({
        at: at.toISOString(),
        step,
        what,
        line: lines[index] ?? what,
        attempt,
        durationMs,
        outcome,
        detail: shownDetail(detail),
      })),
    };
  }
}

/** Null when the subject asked for is no id, so that nothing can match. */
function filterOf(query: ListRunsQuery): RunFilter | null {
  const { kind, state, errorCode, subject, since } = query;
  const subjectId = subject === undefined ? undefined : subjectIdOf(subject);
  if (subjectId === null) return null;
  return {
    ...(kind ? { kind } : {}),
    ...(state ? { state } : {}),
    ...(errorCode ? { errorCode } : {}),
    ...(subjectId ? { subjectId } : {}),
    ...(since ? { since: new Date(since) } : {}),
  };
}
