import { DEFAULT_TAXONOMY, type Taxonomy } from '@docket/domain/enrichment/taxonomy';
import type { EntityManager } from 'typeorm';

export interface TaxonomyVersion {
  /** 0 for the one an org starts with. */
  version: number;
  taxonomy: Taxonomy;
  createdBy: string | null;
  createdAt: Date | null;
}

const BUILT_IN: TaxonomyVersion = {
  version: 0,
  taxonomy: DEFAULT_TAXONOMY,
  createdBy: null,
  createdAt: null,
};

export class TaxonomyRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /** The newest version, or the given one; what an org starts with where it wrote none. */
  async find(version?: number): Promise<TaxonomyVersion> {
    const rows: TaxonomyVersion[] = await this.manager.query(
      `select version, body as taxonomy, created_by as "createdBy", created_at as "createdAt" from taxonomies
        where org_id = $1 and ($2::integer is null or version = $2) order by version desc limit 1`,
      [this.orgId, version ?? null],
    );
    return rows[0] ?? BUILT_IN;
  }

  /** Writes the next version and returns its number. Two at a time get two numbers. */
  async add(taxonomy: Taxonomy, createdBy: string): Promise<number> {
    await this.manager.query('select 1 from orgs where id = $1 for update', [this.orgId]);
    const rows: { version: number }[] = await this.manager.query(
      `insert into taxonomies (org_id, version, body, created_by)
       select $1, coalesce(max(version), 0) + 1, $2, $3 from taxonomies where org_id = $1 returning version`,
      [this.orgId, JSON.stringify(taxonomy), createdBy],
    );
    return rows[0]?.version ?? 1;
  }
}
