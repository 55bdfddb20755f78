import type { EntityManager } from 'typeorm';
import { CollectionTable } from '../tables/document.table.js';
import type { PageRequest } from '../connection/page.js';

export class CollectionRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  async find(id: string): Promise<CollectionTable | null> {
    return this.manager.findOneBy(CollectionTable, { orgId: this.orgId, id });
  }

  async findByName(name: string): Promise<CollectionTable | null> {
    return this.manager.findOneBy(CollectionTable, { orgId: this.orgId, name });
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
    if (existing) return existing.id;
    if (await this.insert({ id: newId, name, description: null })) return newId;
    // Somebody else was faster. Their row is committed, since our insert waited for it.
    const winner = await this.findByName(name);
    if (!winner) throw new Error(`collection ${name} vanished while it was being created`);
    return winner.id;
  }

  async list(page: PageRequest): Promise<CollectionTable[]> {
    return this.manager.query(
      `select id, name, description, created_at as "createdAt" from collections
        where org_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
      [this.orgId, page.beforeId, page.limit + 1],
    );
  }

  /** Deletes an empty collection; tells whether it was empty. */
  async deleteIfEmpty(id: string): Promise<boolean> {
    const [rows]: [unknown[], number] = await this.manager.query(
      `delete from collections c where c.org_id = $1 and c.id = $2
          and not exists (select 1 from documents d where d.org_id = $1 and d.collection_id = c.id) returning id`,
      [this.orgId, id],
    );
    return rows.length === 1;
  }
}
