import type { EntityManager } from 'typeorm';
import type { PageRequest } from '../connection/page.js';
import { ApiKeyTable } from '../tables/org.table.js';

export interface NewApiKey {
  id: string;
  name: string;
  prefix: string;
  keyHash: Buffer;
  scopes: readonly string[];
  expiresAt: Date | null;
}

/** A key that may be used. */
export interface UsableApiKey {
  orgId: string;
  id: string;
  scopes: string[];
  lastUsedAt: Date | null;
}

/** Bound to the key's own org. That a key is revoked or expired counts from the next request on. */
export const USABLE_KEY_SQL = `select org_id as "orgId", id, scopes, last_used_at as "lastUsedAt" from api_keys
  where key_hash = $1 and revoked_at is null and (expires_at is null or expires_at > now())`;

export class ApiKeyRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  async create(key: NewApiKey): Promise<void> {
    await this.manager.insert(ApiKeyTable, { ...key, scopes: [...key.scopes], orgId: this.orgId });
  }

  /** Notes that the key was used, at most once a minute: a write for every request would be a hot row. */
  async touch(id: string): Promise<void> {
    await this.manager.query(
      `update api_keys set last_used_at = now()
        where org_id = $1 and id = $2 and (last_used_at is null or last_used_at < now() - interval '1 minute')`,
      [this.orgId, id],
    );
  }

  /** Every key of the org, revoked and expired ones too, newest first. */
  async list(page: PageRequest): Promise<ApiKeyTable[]> {
    return this.manager
      .createQueryBuilder(ApiKeyTable, 'k')
      .where('k.org_id = :orgId', { orgId: this.orgId })
      .andWhere(page.beforeId === null ? 'true' : 'k.id < :beforeId', { beforeId: page.beforeId })
      .orderBy('k.id', 'DESC')
      .limit(page.limit + 1)
      .getMany();
  }

  async find(id: string): Promise<ApiKeyTable | null> {
    return this.manager.findOneBy(ApiKeyTable, { orgId: this.orgId, id });
  }

  /** Stops a key from the next request on; a second time changes nothing. */
  async revoke(id: string): Promise<void> {
    await this.manager.query(
      'update api_keys set revoked_at = now() where org_id = $1 and id = $2 and revoked_at is null',
      [this.orgId, id],
    );
  }
}
