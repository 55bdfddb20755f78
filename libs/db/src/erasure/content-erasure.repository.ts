import type { EntityManager } from 'typeorm';
import { ContentRepository } from '../documents/content.repository.js';
import { VersionRepository } from '../documents/version.repository.js';
import { RunRepository } from '../runs/run.repository.js';
import { LexemeRepository } from '../search/lexeme.repository.js';
import type { ContentState } from '../tables/content.table.js';
import type { ErasureTally } from '../tables/erasure.table.js';
import { RunTable } from '../tables/run.table.js';

/** What became of one content of a document that is being erased. */
export interface ErasedContent {
  /** False when the versions of another document use it: then it stays. */
  removed: boolean;
  counted: ErasureTally;
}

interface LockedContent {
  state: ContentState;
  leaseRunId: string | null;
}

/** Removes contents, row by row of everything that was made of them. Contents are locked first, as every ingest does. */
export class ContentErasureRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /**
   * The next content to erase with a document: one that its versions point at, or one of the same bytes that no version
   * points at any more, such as an older pipeline's. Null when there is none left.
   */
  async next(documentId: string): Promise<string | null> {
    const rows: { id: string }[] = await this.manager.query(
      `select v.content_id as id from document_versions v
        where v.org_id = $1 and v.document_id = $2 and v.content_id is not null
       union
       select c.id from document_versions v join contents c on c.org_id = $1 and c.sha256 = v.sha256
        where v.org_id = $1 and v.document_id = $2
          and not exists (select 1 from document_versions o where o.org_id = $1 and o.content_id = c.id)
          and not exists (select 1 from documents o where o.org_id = $1 and o.current_content_id = c.id)
       order by id limit 1`,
      [this.orgId, documentId],
    );
    return rows[0]?.id ?? null;
  }

  /**
   * Parts a document from a content, and removes the content unless another document's version points at it. The lock
   * decides every race: whoever claims or reuses the content holds it too, so either their version is seen here and the
   * content stays, or they find it gone and make it anew. A run of this document that is late finds its token gone.
   */
  async erase(documentId: string, contentId: string): Promise<ErasedContent> {
    const content = await this.lock(contentId);
    if (!content) return { removed: false, counted: {} };
    const detached = await this.detach(documentId, contentId);
    if (await this.isUsed(contentId)) {
      await this.letGo(documentId, contentId, content.leaseRunId);
      return { removed: false, counted: detached ? { contentsKept: 1 } : {} };
    }
    // Its terms were counted when it was indexed, and not before; they go away with it, exactly.
    if (content.state === 'indexed')
      await new LexemeRepository(this.orgId, this.manager).appendContent(contentId, -1);
    const counted = { ...(await this.removeChunks(contentId)), contents: 1 };
    await this.manager.query('delete from contents where org_id = $1 and id = $2', [this.orgId, contentId]);
    return { removed: true, counted };
  }

  private async lock(contentId: string): Promise<LockedContent | null> {
    const rows: LockedContent[] = await this.manager.query(
      `select state, lease_run_id as "leaseRunId" from contents where org_id = $1 and id = $2 for update`,
      [this.orgId, contentId],
    );
    return rows[0] ?? null;
  }

  private async detach(documentId: string, contentId: string): Promise<boolean> {
    const [versions]: [unknown[], number] = await this.manager.query(
      `update document_versions set content_id = null
        where org_id = $1 and document_id = $2 and content_id = $3 returning id`,
      [this.orgId, documentId, contentId],
    );
    await this.manager.query(
      `update documents set current_content_id = null, current_version = null
        where org_id = $1 and id = $2 and current_content_id = $3`,
      [this.orgId, documentId, contentId],
    );
    return versions.length > 0;
  }

  /** In a statement of its own after the lock: it sees whoever committed while the lock was waited for. */
  private async isUsed(contentId: string): Promise<boolean> {
    const [row]: [{ used: boolean }] = await this.manager.query(
      `select exists (select 1 from document_versions where org_id = $1 and content_id = $2)
           or exists (select 1 from documents where org_id = $1 and current_content_id = $2) as used`,
      [this.orgId, contentId],
    );
    return row.used;
  }

  /**
   * A content that stays is let go of where a run of the erased document holds it: it is as it was before that run made
   * it anew, or another run may claim it at once. Either way the token rises.
   */
  private async letGo(documentId: string, contentId: string, leaseRunId: string | null): Promise<void> {
    if (leaseRunId === null) return;
    const holder = await this.manager.findOneBy(RunTable, { orgId: this.orgId, id: leaseRunId });
    if (holder?.subjectId !== documentId) return;
    const contents = new ContentRepository(this.orgId, this.manager);
    if (await contents.restore(contentId, leaseRunId)) return;
    await contents.release(contentId, leaseRunId);
    if (!(await this.handOn(contentId))) await contents.settleForWhatIsThere(contentId);
  }

  /**
   * A content that was searchable and is half made anew is finished by the run of another document that uses it: the
   * sweep starts that. False when no such run is there, because all the others came when it was indexed.
   */
  private async handOn(contentId: string): Promise<boolean> {
    const [heir]: { id: string; run_id: string }[] = await this.manager.query(
      `select v.id, v.run_id from document_versions v
         join contents c on c.org_id = v.org_id and c.id = v.content_id
         join runs r on r.org_id = v.org_id and r.id = v.run_id
        where v.org_id = $1 and v.content_id = $2 and v.state = 'indexed' and c.indexed_at is not null
          and r.state in ('succeeded', 'failed', 'cancelled', 'terminated')
        order by v.id limit 1`,
      [this.orgId, contentId],
    );
    if (!heir) return false;
    await new VersionRepository(this.orgId, this.manager).reopen(heir.id, 'uploaded', 'embed');
    const runs = new RunRepository(this.orgId, this.manager);
    await runs.requeue(heir.run_id, 'embed', { uploaded: true, uploadWindowMs: 0 });
    const what = 'Goes on with what the run of a deleted document of the same bytes left half made';
    await runs.addEvents(heir.run_id, [{ at: new Date(), step: 'embed', what, outcome: 'started' }]);
    return true;
  }

  /** Table by table and not by the cascade, so that each row is counted. */
  private async removeChunks(contentId: string): Promise<ErasureTally> {
    const ofContent = (table: string): string =>
      `delete from ${table} t using chunks c
        where c.org_id = $1 and c.content_id = $2 and t.org_id = $1 and t.chunk_id = c.id`;
    const parameters = [this.orgId, contentId];
    const [, vectors]: [unknown, number] = await this.manager.query(
      ofContent('chunk_embeddings'),
      parameters,
    );
    const [, lexicalRows]: [unknown, number] = await this.manager.query(
      ofContent('chunk_lexical'),
      parameters,
    );
    const [, chunks]: [unknown, number] = await this.manager.query(
      'delete from chunks where org_id = $1 and content_id = $2',
      parameters,
    );
    return { vectors, lexicalRows, chunks };
  }
}
