import type { RunState } from '@docket/domain/run/state-rules';

/** Which runs are meant, all conditions together. */
export interface RunSelection {
  kind?: string;
  states: readonly RunState[];
  errorCode?: string;
  subjectId?: string;
  since?: Date;
  until?: Date;
  /** Runs that these ids name, and no others. */
  ids?: readonly string[];
  /** Only runs that this worker build made, and whose result counts now; of those that failed, those that nothing newer replaced. */
  madeBy?: string;
}

/**
 * The condition on `runs r` that a selection stands for; parameters begin behind those that are given. Batches act on no
 * batches, unless their kind is named.
 */
export function selectionCondition(selection: RunSelection, given: readonly unknown[]): [string, unknown[]] {
  const parameters = [...given];
  const add = (value: unknown): string => `$${parameters.push(value)}`;
  const conditions = [`r.org_id = $1`, `r.state = any(${add(selection.states)})`];
  conditions.push(selection.kind ? `r.kind = ${add(selection.kind)}` : `r.subject_kind <> 'batch'`);
  if (selection.errorCode) conditions.push(`r.error_code = ${add(selection.errorCode)}`);
  if (selection.subjectId) conditions.push(`r.subject_id = ${add(selection.subjectId)}`);
  if (selection.since) conditions.push(`r.created_at >= ${add(selection.since)}`);
  if (selection.until) conditions.push(`r.created_at < ${add(selection.until)}`);
  if (selection.ids) conditions.push(`r.id = any(${add(selection.ids)})`);
  if (selection.madeBy) conditions.push(madeBy(add(selection.madeBy)), IS_CURRENT);
  return [conditions.join(' and '), parameters];
}

/** The build that worked on the run last is the one whose result there is. */
function madeBy(parameter: string): string {
  return `(select e.worker_build from run_executions e where e.org_id = r.org_id and e.run_id = r.id
            order by e.started_at desc limit 1) = ${parameter}`;
}

/**
 * Of a document the searchable version, or one above it that came to nothing; of a ticket the enrichment that counts,
 * replays apart, which are no enrichments of the ticket. What another took the place of stays as it is.
 */
const IS_CURRENT = `(
  exists (select 1 from document_versions v join documents d on d.org_id = v.org_id and d.id = v.document_id
           where v.org_id = r.org_id and v.run_id = r.id and d.deleted_at is null
             and (v.version = d.current_version
                  or r.state <> 'succeeded' and v.version > coalesce(d.current_version, 0)))
  or r.id = (select n.run_id from enrichments n
              where r.subject_kind = 'ticket' and n.org_id = r.org_id and n.ticket_id = r.subject_id
                and n.replay_of is null
              order by n.state = 'superseded', n.id desc limit 1))`;
