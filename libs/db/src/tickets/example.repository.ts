import type { EntityManager } from 'typeorm';
import type { PageRequest } from '../connection/page.js';

export interface Example {
  id: string;
  subject: string;
  body: string;
  category: string;
  priority: string | null;
  team: string | null;
  reply: string | null;
  createdAt: Date;
}

const COLUMNS = 'id, subject, body, category, priority, team, reply, created_at as "createdAt"';

/** Tickets that people labelled: what the org's tickets are sorted by. */
export class ExampleRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  async insertAll(examples: readonly Omit<Example, 'createdAt'>[]): Promise<void> {
    await this.manager.query(
      `insert into examples (org_id, id, subject, body, category, priority, team, reply)
       select $1, * from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])`,
      [
        this.orgId,
        examples.map(({ id }) => id),
        examples.map(({ subject }) => subject),
        examples.map(({ body }) => body),
        examples.map(({ category }) => category),
        examples.map(({ priority }) => priority),
        examples.map(({ team }) => team),
        examples.map(({ reply }) => reply),
      ],
    );
  }

  /** Keeps what a person made of an enrichment's reply as a labelled ticket, once. */
  async insertEdit(enrichmentId: string, example: Omit<Example, 'createdAt'>): Promise<void> {
    const { id, subject, body, category, priority, team, reply } = example;
    await this.manager.query(
      `insert into examples (org_id, enrichment_id, id, subject, body, category, priority, team, reply)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (org_id, enrichment_id) do nothing`,
      [this.orgId, enrichmentId, id, subject, body, category, priority, team, reply],
    );
  }

  async list(page: PageRequest): Promise<Example[]> {
    return this.manager.query(
      `select ${COLUMNS} from examples where org_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
      [this.orgId, page.beforeId, page.limit + 1],
    );
  }

  async findAll(ids: readonly string[]): Promise<Example[]> {
    const rows: Example[] = await this.manager.query(
      `select ${COLUMNS} from examples where org_id = $1 and id = any($2)`,
      [this.orgId, ids],
    );
    return ids.flatMap((id) => rows.find((row) => row.id === id) ?? []);
  }

  /** Removes one, and tells whether it was there. */
  async delete(id: string): Promise<boolean> {
    const [rows]: [unknown[], number] = await this.manager.query(
      'delete from examples where org_id = $1 and id = $2 returning id',
      [this.orgId, id],
    );
    return rows.length > 0;
  }

  /** Changes with any example that comes or goes. Examples are never changed. */
  async fingerprint(): Promise<string> {
    const rows: { fingerprint: string }[] = await this.manager.query(
      `select count(*) || ':' || coalesce(max(id::text), '') as fingerprint from examples where org_id = $1`,
      [this.orgId],
    );
    return rows[0]?.fingerprint ?? '';
  }
}
