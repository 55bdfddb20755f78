import type { EntityManager } from 'typeorm';
import { LexemeRepository } from '../search/lexeme.repository.js';
import { ContentTable, type StaleFrom } from '../tables/content.table.js';

/** What makes content content: the same of all these is parsed and embedded once. */
export interface ContentIdentity {
  sha256: Buffer;
  parserKind: string;
  language: string;
  pipelineVersion: number;
}

export type ContentClaim =
  | { outcome: 'claimed'; contentId: string; fencingToken: number }
  | { outcome: 'indexed'; contentId: string }
  | { outcome: 'rejected'; contentId: string; code: string; message: string }
  | { outcome: 'busy'; contentId: string };

export interface ParsedContentRow {
  objectKey: string;
  textKey: string;
  title: string | null;
  metadata: Record<string, string>;
  detectedLanguage: string | null;
  pageCount: number | null;
  chunkCount: number;
  /** The content's part of the org's document frequencies; as text where somebody has written Postgres's form already. */
  lexemeTerms: readonly number[] | string;
  lexemeDeltas: readonly number[] | string;
  timings: Record<string, number>;
}

export class ContentRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  async find(id: string): Promise<ContentTable | null> {
    return this.manager.findOneBy(ContentTable, { orgId: this.orgId, id });
  }

  /**
   * The content of exactly these bytes, if it is indexed. It is kept from being erased until the transaction ends, so
   * that the version which is about to point at it finds it there; one that is being erased is not found.
   */
  async findIndexed(identity: ContentIdentity): Promise<ContentTable | null> {
    return this.manager
      .createQueryBuilder(ContentTable, 'c')
      .setLock('for_key_share')
      .where('c.org_id = :orgId and c.sha256 = :sha256 and c.parser_kind = :parserKind')
      .andWhere(`c.language = :language and c.pipeline_version = :pipelineVersion and c.state = 'indexed'`)
      .setParameters({ ...identity, orgId: this.orgId })
      .getOne();
  }

  /** Whether a run other than this is at work on a content of these bytes, whatever it is parsed as. */
  async isHeldByAnother(bytes: Omit<ContentIdentity, 'parserKind'>, runId: string): Promise<boolean> {
    const [row]: [{ held: boolean }] = await this.manager.query(
      `select exists (select 1 from contents
         where org_id = $1 and sha256 = $2 and language = $3 and pipeline_version = $4
           and state = 'processing' and lease_run_id <> $5 and lease_expires_at > now()) as held`,
      [this.orgId, bytes.sha256, bytes.language, bytes.pipelineVersion, runId],
    );
    return row.held;
  }

  /**
   * Claims the content for a run, or says why there is nothing to do. The unique row decides a race: whoever
   * inserts it, finds its lease its own, or finds it run out, works on with a new fencing token, and every later write
   * is conditional on that token; anybody else comes back shortly.
   */
  async claim(
    identity: ContentIdentity,
    claimant: { newId: string; runId: string; sizeBytes: number; leaseSeconds: number },
  ): Promise<ContentClaim> {
    const inserted: { id: string }[] = await this.manager.query(
      `insert into contents (org_id, id, sha256, parser_kind, language, pipeline_version, state, size_bytes,
                             lease_run_id, lease_expires_at)
       values ($1, $2, $3, $4, $5, $6, 'processing', $7, $8, now() + make_interval(secs => $9))
       on conflict (org_id, sha256, parser_kind, language, pipeline_version) do nothing returning id`,
      [
        this.orgId,
        claimant.newId,
        identity.sha256,
        identity.parserKind,
        identity.language,
        identity.pipelineVersion,
        claimant.sizeBytes,
        claimant.runId,
        claimant.leaseSeconds,
      ],
    );
    if (inserted.length === 1) return { outcome: 'claimed', contentId: claimant.newId, fencingToken: 1 };
    return this.claimExisting(identity, claimant);
  }

  private async claimExisting(
    identity: ContentIdentity,
    claimant: { runId: string; leaseSeconds: number },
  ): Promise<ContentClaim> {
    const content = await this.manager
      .createQueryBuilder(ContentTable, 'c')
      .setLock('pessimistic_write')
      .where('c.org_id = :orgId and c.sha256 = :sha256 and c.parser_kind = :parserKind')
      .andWhere('c.language = :language and c.pipeline_version = :pipelineVersion')
      .setParameters({ ...identity, orgId: this.orgId })
      .getOne();
    // Erased between the insert that met it and this look: the next attempt inserts it anew.
    if (!content) return { outcome: 'busy', contentId: '' };
    if (content.state === 'indexed') return { outcome: 'indexed', contentId: content.id };
    if (content.state === 'rejected') {
      const code = content.errorCode ?? 'document.unreadable';
      return { outcome: 'rejected', contentId: content.id, code, message: content.errorMessage ?? '' };
    }
    const [taken]: [{ fencing_token: string }[], number] = await this.manager.query(
      `update contents set lease_run_id = $3, lease_expires_at = now() + make_interval(secs => $4),
              fencing_token = fencing_token + 1
        where org_id = $1 and id = $2
          and (lease_run_id is null or lease_run_id = $3 or lease_expires_at < now())
        returning fencing_token`,
      [this.orgId, content.id, claimant.runId, claimant.leaseSeconds],
    );
    const row = taken[0];
    if (!row) return { outcome: 'busy', contentId: content.id };
    return { outcome: 'claimed', contentId: content.id, fencingToken: Number(row.fencing_token) };
  }

  /**
   * Takes a content with stored passages up where an earlier execution left it. Returns the token to go on with, or null
   * when another run holds it, or it has ended meanwhile. The run that holds it keeps its token.
   */
  async resume(id: string, runId: string, leaseSeconds: number): Promise<number | null> {
    const [rows]: [{ fencing_token: string }[], number] = await this.manager.query(
      `update contents set lease_run_id = $3, lease_expires_at = now() + make_interval(secs => $4),
              fencing_token = case when lease_run_id = $3 then fencing_token else fencing_token + 1 end
        where org_id = $1 and id = $2 and state = 'processing'
          and (lease_run_id is null or lease_run_id = $3 or lease_expires_at < now())
        returning fencing_token`,
      [this.orgId, id, runId, leaseSeconds],
    );
    return rows[0] ? Number(rows[0].fencing_token) : null;
  }

  /**
   * Lets a run make a content again from a step on. What is stored stays searchable until it is replaced; its term counts
   * are taken back, since indexing adds them anew. Does nothing to a content that another run is at work on: that run's
   * result will be as fresh.
   */
  async makeStale(id: string, runId: string, from: StaleFrom, leaseSeconds: number): Promise<void> {
    const content = await this.manager
      .createQueryBuilder(ContentTable, 'c')
      .setLock('pessimistic_write')
      .where('c.org_id = :orgId and c.id = :id', { orgId: this.orgId, id })
      .getOne();
    if (!content || content.state === 'rejected') return;
    const [rows]: [unknown[], number] = await this.manager.query(
      `update contents set state = 'processing', lease_run_id = $3,
              lease_expires_at = now() + make_interval(secs => $4), fencing_token = fencing_token + 1,
              stale_from = case when stale_from = 'parse' then 'parse' else $5 end
        where org_id = $1 and id = $2
          and (state = 'indexed' or lease_run_id is null or lease_run_id = $3 or lease_expires_at < now())
        returning id`,
      [this.orgId, id, runId, leaseSeconds, from],
    );
    if (rows.length === 1 && content.state === 'indexed')
      await new LexemeRepository(this.orgId, this.manager).appendContent(id, -1);
  }

  /** Notes that what was stale is gone, and the rest is to be made. */
  async markFresh(id: string, fencingToken: number): Promise<void> {
    await this.manager.update(ContentTable, { orgId: this.orgId, id, fencingToken }, { staleFrom: null });
  }

  /** Ends a rerun that replaced nothing: the content is indexed as it was. Tells whether it could be put back. */
  async restore(id: string, runId: string): Promise<boolean> {
    return this.putBack(id, 'lease_run_id = $3 and stale_from is not null', [runId]);
  }

  /** Makes a content searchable again that was, and that nobody is left to finish: some passages may lack a vector. */
  async settleForWhatIsThere(id: string): Promise<void> {
    await this.putBack(id, 'lease_run_id is null', []);
  }

  /** Back to indexed, term counts included; the token rises, so that whatever is still in hand is refused. */
  private async putBack(id: string, held: string, parameters: readonly string[]): Promise<boolean> {
    const [rows]: [unknown[], number] = await this.manager.query(
      `update contents set state = 'indexed', stale_from = null, lease_run_id = null, lease_expires_at = null,
              fencing_token = fencing_token + 1
        where org_id = $1 and id = $2 and state = 'processing' and indexed_at is not null and ${held} returning id`,
      [this.orgId, id, ...parameters],
    );
    if (rows.length === 0) return false;
    await new LexemeRepository(this.orgId, this.manager).appendContent(id, 1);
    return true;
  }

  /** Holds the lease for another stretch; false when it was lost to somebody with a higher token. */
  async renewLease(id: string, fencingToken: number, leaseSeconds: number): Promise<boolean> {
    const [rows]: [unknown[], number] = await this.manager.query(
      `update contents set lease_expires_at = now() + make_interval(secs => $4)
        where org_id = $1 and id = $2 and fencing_token = $3 and state = 'processing' returning id`,
      [this.orgId, id, fencingToken, leaseSeconds],
    );
    return rows.length === 1;
  }

  /** Stores what parsing found, if the token still holds. */
  async storeParsed(id: string, fencingToken: number, parsed: ParsedContentRow): Promise<boolean> {
    const [rows]: [unknown[], number] = await this.manager.query(
      `update contents
          set object_key = $4, text_key = $5, title = $6, metadata = $7, detected_language = $8, page_count = $9,
              chunk_count = $10, lexeme_terms = $11::integer[], lexeme_deltas = $12::integer[], timings = $13,
              stale_from = null
        where org_id = $1 and id = $2 and fencing_token = $3 and state = 'processing' returning id`,
      [
        this.orgId,
        id,
        fencingToken,
        parsed.objectKey,
        parsed.textKey,
        parsed.title,
        parsed.metadata,
        parsed.detectedLanguage,
        parsed.pageCount,
        parsed.chunkCount,
        parsed.lexemeTerms,
        parsed.lexemeDeltas,
        parsed.timings,
      ],
    );
    return rows.length === 1;
  }

  /** Flips the content to searchable, if the token still holds. Null also when it already is. */
  async markIndexed(
    id: string,
    fencingToken: number,
  ): Promise<{ title: string | null; chunkCount: number } | null> {
    const [rows]: [{ title: string | null; chunkCount: number }[], number] = await this.manager.query(
      `update contents set state = 'indexed', indexed_at = now(), lease_run_id = null, lease_expires_at = null
        where org_id = $1 and id = $2 and fencing_token = $3 and state = 'processing'
        returning title, chunk_count as "chunkCount"`,
      [this.orgId, id, fencingToken],
    );
    return rows[0] ?? null;
  }

  /** Ends the content as one that cannot be parsed, if the run still holds it. Every upload of these bytes ends so. */
  async markRejected(id: string, runId: string, error: { code: string; message: string }): Promise<void> {
    await this.manager.query(
      `update contents set state = 'rejected', error_code = $4, error_message = $5,
              lease_run_id = null, lease_expires_at = null
        where org_id = $1 and id = $2 and lease_run_id = $3 and state = 'processing'`,
      [this.orgId, id, runId, error.code, error.message],
    );
  }

  /**
   * Lets go of the content without a verdict, so that the next run may claim it at once. The token rises: whatever an
   * activity of the run that ended still has in hand is refused.
   */
  async release(id: string, runId: string): Promise<void> {
    await this.manager.query(
      `update contents set lease_run_id = null, lease_expires_at = null, fencing_token = fencing_token + 1
        where org_id = $1 and id = $2 and lease_run_id = $3 and state = 'processing'`,
      [this.orgId, id, runId],
    );
  }
}
