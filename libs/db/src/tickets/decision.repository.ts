import type { Decision } from '@docket/domain/enrichment/approval';
import type { EntityManager } from 'typeorm';

/** What somebody decided of a suggested reply. */
export interface Verdict {
  decision: Decision;
  /** What takes the place of the suggestion, with `edit`. */
  reply: string | null;
  reason: string | null;
  /** Public id of who decided. */
  by: string;
}

/** A reply that waits, or waited, for somebody to decide on it. */
export interface EnrichmentDecision {
  enrichmentId: string;
  runId: string;
  createdAt: Date;
  expiresAt: Date;
  remindedAt: Date | null;
  decision: Decision | null;
  reply: string | null;
  reason: string | null;
  decidedBy: string | null;
  decidedAt: Date | null;
  endedAt: Date | null;
}

const COLUMNS = `enrichment_id as "enrichmentId", run_id as "runId", created_at as "createdAt", expires_at as "expiresAt",
  reminded_at as "remindedAt", decision, reply, reason, decided_by as "decidedBy", decided_at as "decidedAt",
  ended_at as "endedAt"`;

/** How long the workflow has for what it was told, or for its own timer, before the sweep looks after it. */
const WORKFLOW_TIME = {
  toHear: `interval '10 seconds'`,
  toExpire: `interval '1 minute'`,
  /** Between two looks of the sweep. */
  again: `interval '1 minute'`,
};

export class DecisionRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /** Writes that a reply waits to be decided on, until so many milliseconds from now. */
  async insert(enrichmentId: string, runId: string, expireAfterMs: number): Promise<void> {
    await this.manager.query(
      `insert into enrichment_decisions (org_id, enrichment_id, run_id, expires_at, due_at)
       select $1, $2, $3, at, at + ${WORKFLOW_TIME.toExpire}
         from (select now() + make_interval(secs => $4::float8 / 1000) as at) as expiry`,
      [this.orgId, enrichmentId, runId, expireAfterMs],
    );
  }

  async find(enrichmentId: string): Promise<EnrichmentDecision | null> {
    return this.one('enrichment_id = $2', enrichmentId);
  }

  async lock(enrichmentId: string): Promise<EnrichmentDecision | null> {
    return this.one('enrichment_id = $2 for update', enrichmentId);
  }

  async findByRun(runId: string): Promise<EnrichmentDecision | null> {
    return this.one('run_id = $2', runId);
  }

  /** Decides, if nobody has; tells whether this was it. Of many at once one decides, and the others wait to be told so. */
  async decide(enrichmentId: string, { decision, reply, reason, by }: Verdict): Promise<boolean> {
    const [rows]: [unknown[], number] = await this.manager.query(
      `update enrichment_decisions set decision = $3, reply = $4, reason = $5, decided_by = $6, decided_at = now(),
              due_at = now() + ${WORKFLOW_TIME.toHear}
        where org_id = $1 and enrichment_id = $2 and decision is null and ended_at is null returning enrichment_id`,
      [this.orgId, enrichmentId, decision, reply, reason, by],
    );
    return rows.length > 0;
  }

  async noteReminder(enrichmentId: string): Promise<void> {
    await this.manager.query(
      `update enrichment_decisions set reminded_at = coalesce(reminded_at, now())
        where org_id = $1 and enrichment_id = $2`,
      [this.orgId, enrichmentId],
    );
  }

  /** Nothing is left to be done: of the wait and of its workflow. */
  async end(enrichmentId: string): Promise<void> {
    await this.manager.query(
      `update enrichment_decisions set ended_at = coalesce(ended_at, now()) where org_id = $1 and enrichment_id = $2`,
      [this.orgId, enrichmentId],
    );
  }

  /** Has the sweep look at once at waits that came to nothing, so that their workflows end. */
  async callOff(enrichmentIds: readonly string[]): Promise<void> {
    await this.manager.query(
      `update enrichment_decisions set due_at = now()
        where org_id = $1 and enrichment_id = any($2) and ended_at is null`,
      [this.orgId, enrichmentIds],
    );
  }

  /** Has the sweep look again in a minute at what it could not bring to its end. */
  async postpone(enrichmentId: string): Promise<void> {
    await this.manager.query(
      `update enrichment_decisions set due_at = greatest(due_at, now() + ${WORKFLOW_TIME.again})
        where org_id = $1 and enrichment_id = $2 and ended_at is null`,
      [this.orgId, enrichmentId],
    );
  }

  private async one(where: string, id: string): Promise<EnrichmentDecision | null> {
    const rows: EnrichmentDecision[] = await this.manager.query(
      `select ${COLUMNS} from enrichment_decisions where org_id = $1 and ${where}`,
      [this.orgId, id],
    );
    return rows[0] ?? null;
  }
}
