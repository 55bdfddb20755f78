import type { EntityManager } from 'typeorm';
import { CollectionTable } from '../tables/document.table.js';
import type { PageRequest } from '../connection/page.js';

export type CollectionRow = Pick<CollectionTable, 'id' | 'name' | 'description' | 'createdAt'>;

export const COLLECTION_SQL = `select id, name, description, created_at as "createdAt" from collections
  where org_id = $1 and id = $2`;

export class CollectionRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  async find(id: string): Promise<CollectionRow | null> {
    const rows: CollectionRow[] = await this.manager.query(COLLECTION_SQL, [this.orgId, id]);
    return rows[0] ?? null;
  }

  async findByName(name: string): Promise<CollectionTable | null> {
    return this.manager.findOneBy(CollectionTable, { orgId: this.orgId, name });
  }

  /**
   * Keeps a collection from being deleted until the transaction ends, for a document that is about to join it. False when
   * it is gone.
   */
  async keep(id: string): Promise<boolean> {
    const rows: unknown[] = await this.manager.query(
      'select 1 from collections where org_id = $1 and id = $2 for key share',
      [this.orgId, id],
    );
    return rows.length === 1;
  }

  /** Inserts a collection unless its name is taken; tells whether it did. */
  async insert(collection: { id: string; name: string; description: string | null }): Promise<boolean> {
    const inserted: unknown[] = await this.manager.query(
      `insert into collections (org_id, id, name, description) values ($1, $2, $3, $4)
         on conflict (org_id, name) do nothing returning id`,
      [this.orgId, collection.id, collection.name, collection.description],
    );
    return inserted.length === 1;
  }

  /** The id of the collection with this name, made when there is none. Two that race get the same one. */
  async findOrCreate(name: string, newId: string): Promise<string> {
    const existing = await this.findByName(name);
    if (existing && (await this.keep(existing.id))) return existing.id;
    if (await this.insert({ id: newId, name, description: null })) return newId;
    // Somebody else was faster. Their row is committed, since our insert waited for it.
    const winner = await this.findByName(name);
    if (!winner) throw new Error(`collection ${name} vanished while it was being created`);
    return winner.id;
  }

  async list(page: PageRequest): Promise<CollectionRow[]> {
    return this.manager.query(
      `select id, name, description, created_at as "createdAt" from collections
        where org_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
      [this.orgId, page.beforeId, page.limit + 1],
    );
  }

  /**
   * Deletes a collection without documents; tells whether it had none. Deleted documents do not count: they belong to
   * none from here on. The lock makes a document that is being brought into it wait, and be told that it is gone.
   */
  async deleteIfEmpty(id: string): Promise<boolean> {
    await this.manager.query('select 1 from collections where org_id = $1 and id = $2 for update', [
      this.orgId,
      id,
    ]);
    // A statement of its own: it sees what was committed while the lock was waited for.
    const [live]: [{ found: boolean }] = await this.manager.query(
      `select exists (select 1 from documents where org_id = $1 and collection_id = $2 and deleted_at is null) as found`,
      [this.orgId, id],
    );
    if (live.found) return false;
    await this.manager.query(
      'update documents set collection_id = null where org_id = $1 and collection_id = $2',
      [this.orgId, id],
    );
    const [deleted]: [unknown[], number] = await this.manager.query(
      'delete from collections where org_id = $1 and id = $2 returning id',
      [this.orgId, id],
    );
    return deleted.length === 1;
  }
}
