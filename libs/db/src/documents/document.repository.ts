import type { VersionState } from '@docket/domain/document/state-rules';
import { IsNull, type EntityManager } from 'typeorm';
import type { PageRequest } from '../connection/page.js';
import { DocumentTable } from '../tables/document.table.js';
import { DOCUMENT_SQL, DOCUMENT_VIEW_SQL, SHOWN_STATE, type DocumentView } from './document-view.js';

export interface NewDocument {
  id: string;
  collectionId: string;
  title: string;
  sourceUrl: string | null;
  externalKey: string | null;
  metadata: Record<string, string>;
}

export interface DocumentPatch {
  title?: string;
  sourceUrl?: string | null;
  metadata?: Record<string, string>;
  collectionId?: string;
}

export interface DocumentFilter {
  collectionId?: string;
  state?: VersionState;
  /** Part of a title or of an external key, in any case. */
  text?: string;
}

export class DocumentRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  async insert(document: NewDocument): Promise<void> {
    await this.manager.insert(DocumentTable, {
      ...document,
      orgId: this.orgId,
      latestVersion: 1,
    });
  }

  async find(id: string): Promise<DocumentTable | null> {
    return this.manager.findOneBy(DocumentTable, { orgId: this.orgId, id });
  }

  /**
   * The document a client knows by this key, locked until the transaction ends, so that two that bring its next
   * version get two numbers. The advisory lock makes two first uploads of one key wait for each other too.
   */
  async lockByExternalKey(collectionId: string, externalKey: string): Promise<DocumentTable | null> {
    await this.manager.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `${this.orgId}/${collectionId}/${externalKey}`,
    ]);
    return this.manager
      .createQueryBuilder(DocumentTable, 'd')
      .setLock('pessimistic_write')
      .where('d.org_id = :orgId and d.collection_id = :collectionId', { orgId: this.orgId, collectionId })
      .andWhere('d.external_key = :externalKey and d.deleted_at is null', { externalKey })
      .getOne();
  }

  /** Changes a document that is not deleted; tells whether it did. What is erased is never written to again. */
  async update(id: string, patch: DocumentPatch & { latestVersion?: number }): Promise<boolean> {
    const { affected } = await this.manager.update(
      DocumentTable,
      { orgId: this.orgId, id, deletedAt: IsNull() },
      { ...patch, updatedAt: () => 'now()' },
    );
    return affected === 1;
  }

  /**
   * Marks a document as deleted: from the commit on no search finds it, no run makes it searchable, and its external key
   * is free. False when it was deleted before, or does not exist.
   */
  async markDeleted(id: string): Promise<boolean> {
    const [rows]: [unknown[], number] = await this.manager.query(
      `update documents set deleted_at = now(), updated_at = now()
        where org_id = $1 and id = $2 and deleted_at is null returning id`,
      [this.orgId, id],
    );
    return rows.length === 1;
  }

  /**
   * Makes a version the searchable one, unless a newer version already is. The one before stays searchable up to
   * this very commit. A document that was given no title takes the one its content says.
   */
  async makeCurrent(
    id: string,
    version: number,
    contentId: string,
    contentTitle: string | null,
  ): Promise<void> {
    await this.manager.query(
      `update documents set current_version = $3, current_content_id = $4, updated_at = now(),
              title = case when title = '' then coalesce($5, '') else title end
        where org_id = $1 and id = $2 and deleted_at is null
          and (current_version is null or current_version <= $3)`,
      [this.orgId, id, version, contentId, contentTitle],
    );
  }

  /** The document with its newest version, or with the one asked for. */
  async view(id: string, version?: number): Promise<DocumentView | null> {
    const rows: DocumentView[] = await this.manager.query(DOCUMENT_SQL, [this.orgId, id, version ?? null]);
    return rows[0] ?? null;
  }

  /** Documents, newest first. Deleted ones are listed only when their state is asked for. */
  async list(filter: DocumentFilter, page: PageRequest): Promise<DocumentView[]> {
    return this.manager.query(
      `${DOCUMENT_VIEW_SQL}
        where d.org_id = $1 and v.version = d.latest_version
          and ($2::uuid is null or d.id < $2)
          and ($3::uuid is null or d.collection_id = $3)
          and (case when $4::text is null then d.deleted_at is null else ${SHOWN_STATE} = $4 end)
          and ($5::text is null or strpos(lower(d.title), lower($5)) > 0 or strpos(lower(d.external_key), lower($5)) > 0)
        order by d.id desc limit $6`,
      [
        this.orgId,
        page.beforeId,
        filter.collectionId ?? null,
        filter.state ?? null,
        filter.text ?? null,
        page.limit + 1,
      ],
    );
  }

  /** Every version of a document, newest first. */
  async listVersions(id: string, beforeVersion: number | null, limit: number): Promise<DocumentView[]> {
    return this.manager.query(
      `${DOCUMENT_VIEW_SQL} where d.org_id = $1 and d.id = $2 and ($3::integer is null or v.version < $3)
        order by v.version desc limit $4`,
      [this.orgId, id, beforeVersion, limit + 1],
    );
  }
}
