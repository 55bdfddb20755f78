import type { EntityManager } from 'typeorm';
import type { PageRequest } from '../connection/page.js';
import { ENRICHMENT_COLUMNS, type Enrichment } from './enrichment.repository.js';

/** A prompt that is tried and is no version. */
export interface PromptDraft {
  system: string;
  template: string;
}

export interface NewReplay {
  id: string;
  runId: string;
  /** Locked by the caller, so that numbers come one after the other. */
  original: Pick<Enrichment, 'id' | 'ticketId' | 'revision'>;
  passagesFrom: 'pinned' | 'fresh';
  askedPromptVersion: number | null;
  askedModel: string | null;
  /** Of a trial: what is tried, and after how many seconds it goes again. */
  trial: { draft: PromptDraft | null; keepSeconds: number } | null;
  /** The batch that began it; nobody waits for it then. */
  batchId?: string;
}

/**
 * Replays and trials: enrichments that answer no ticket. They never become what a ticket shows, and nobody decides on
 * them. What they cost counts like any other call.
 */
export class ReplayRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /** The number of the next replay of a locked enrichment. */
  async nextNumber(originalId: string): Promise<number> {
    const rows: { next: number }[] = await this.manager.query(
      `select coalesce(max(replay_number), 0) + 1 as next from enrichments where org_id = $1 and replay_of = $2`,
      [this.orgId, originalId],
    );
    return rows[0]?.next ?? 1;
  }

  /** Writes a replay that waits for its run. */
  async insert(number: number, replay: NewReplay): Promise<void> {
    const { original, trial } = replay;
    await this.manager.query(
      `insert into enrichments (org_id, id, ticket_id, revision, run_id, state, replay_of, replay_number, passages_from,
              asked_prompt_version, asked_model, is_trial, draft, batch_id, expires_at)
       values ($1, $2, $3, $4, $5, 'queued', $6, $7, $8, $9, $10, $11, $12, $13,
               now() + make_interval(secs => $14))`,
      [
        ...[this.orgId, replay.id, original.ticketId, original.revision, replay.runId, original.id, number],
        ...[replay.passagesFrom, replay.askedPromptVersion, replay.askedModel],
        ...[trial !== null, trial?.draft ? JSON.stringify(trial.draft) : null, replay.batchId ?? null],
        trial?.keepSeconds ?? null,
      ],
    );
  }

  /** Replays of an enrichment that were not trials, newest first, one more than asked for. */
  async of(originalId: string, page: PageRequest): Promise<Enrichment[]> {
    return this.manager.query(
      `select ${ENRICHMENT_COLUMNS} from enrichments e
        where e.org_id = $1 and e.replay_of = $2 and not e.is_trial and ($3::uuid is null or e.id < $3)
        order by e.id desc limit $4`,
      [this.orgId, originalId, page.beforeId, page.limit + 1],
    );
  }

  async storeChanges(id: string, fields: readonly string[]): Promise<void> {
    await this.manager.query('update enrichments set changed_fields = $3 where org_id = $1 and id = $2', [
      this.orgId,
      id,
      fields,
    ]);
  }

  /**
   * Removes what a trial was about and what it said. Its calls stay without their text, so that what they cost stays in
   * every sum, and so does the row that they and its run point at. Whether it goes on is for the caller to say.
   */
  async clearTrial(id: string): Promise<void> {
    const of = [this.orgId, id];
    for (const table of ['enrichment_passages', 'enrichment_citations'])
      await this.manager.query(`delete from ${table} where org_id = $1 and enrichment_id = $2`, of);
    await this.manager.query(
      'update model_calls set output = null, stop_detail = null where org_id = $1 and enrichment_id = $2',
      of,
    );
    await this.manager.query(
      `update run_events set detail = detail - 'problems' where org_id = $1 and detail ? 'problems'
          and run_id = (select run_id from enrichments where org_id = $1 and id = $2)`,
      of,
    );
    await this.manager.query(
      `update enrichments set draft = null, evidence = null, result = null, problems = '[]', changed_fields = null,
              error_message = null, expires_at = null
        where org_id = $1 and id = $2`,
      of,
    );
  }
}
