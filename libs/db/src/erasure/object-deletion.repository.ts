import type { EntityManager } from 'typeorm';
import { ObjectDeletionTable } from '../tables/erasure.table.js';

export interface NewObjectDeletion {
  id: string;
  runId: string;
  objectKey: string;
}

/** How long after its address ran out a PUT that began in time may still be under way. */
const LATE_PUT = '1 hour';
/** The second look at objects that an activity may still be writing. */
const LATE_ACTIVITY = '1 hour';

/** Objects that are to go, kept until they are gone. */
export class ObjectDeletionRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /** Objects that the erasure itself deletes, and counts. */
  async insert(deletions: readonly NewObjectDeletion[]): Promise<void> {
    await this.insertAll(deletions, false, 'now()');
  }

  /** A second look at objects that activities may be writing while their content is erased. */
  async insertLate(deletions: readonly NewObjectDeletion[]): Promise<void> {
    await this.insertAll(deletions, true, `now() + interval '${LATE_ACTIVITY}'`);
  }

  private async insertAll(
    deletions: readonly NewObjectDeletion[],
    isLate: boolean,
    dueAt: string,
  ): Promise<void> {
    if (deletions.length === 0) return;
    await this.manager.query(
      `insert into object_deletions (org_id, id, run_id, object_key, is_late, due_at)
       select $1, id, run_id, object_key, $5, ${dueAt}
         from unnest($2::uuid[], $3::uuid[], $4::text[]) as d (id, run_id, object_key)`,
      [
        this.orgId,
        deletions.map(({ id }) => id),
        deletions.map(({ runId }) => runId),
        deletions.map(({ objectKey }) => objectKey),
        isLate,
      ],
    );
  }

  /**
   * Turns every upload of a document into deletions of its staging object: one now, and one for when its address is no
   * good any more. Returns how many uploads there were.
   */
  async takeUploads(documentId: string, runId: string): Promise<number> {
    const [row]: [{ taken: number }] = await this.manager.query(
      `with taken as (
         delete from uploads u using document_versions v
          where u.org_id = $1 and v.org_id = $1 and v.id = u.version_id and v.document_id = $2
         returning u.staging_key, u.expires_at
       ), queued as (
         insert into object_deletions (org_id, id, run_id, object_key, is_late, due_at)
         select $1::uuid, gen_random_uuid(), $3::uuid, staging_key, false, now() from taken
         union all
         select $1::uuid, gen_random_uuid(), $3::uuid, staging_key, true, greatest(expires_at, now()) + interval '${LATE_PUT}'
           from taken where expires_at > now() - interval '${LATE_PUT}'
       )
       select count(*)::integer as taken from taken`,
      [this.orgId, documentId, runId],
    );
    return row.taken;
  }

  /** Some of what an erasure has left to delete. */
  async ofRun(runId: string, limit: number): Promise<ObjectDeletionTable[]> {
    return this.manager.find(ObjectDeletionTable, {
      where: { orgId: this.orgId, runId, isLate: false },
      take: limit,
    });
  }

  async find(id: string): Promise<ObjectDeletionTable | null> {
    return this.manager.findOneBy(ObjectDeletionTable, { orgId: this.orgId, id });
  }

  /** Notes what objects hold before they are deleted. The first time counts. */
  async noteSizes(sizes: readonly { id: string; sizeBytes: number }[]): Promise<void> {
    await this.manager.query(
      `update object_deletions o set size_bytes = coalesce(o.size_bytes, s.size_bytes)
         from unnest($2::uuid[], $3::bigint[]) as s (id, size_bytes) where o.org_id = $1 and o.id = s.id`,
      [this.orgId, sizes.map(({ id }) => id), sizes.map(({ sizeBytes }) => sizeBytes)],
    );
  }

  /** Forgets deletions that are done, and returns how many of their objects there were, with how many bytes. */
  async finish(ids: readonly string[]): Promise<{ objects: number; objectBytes: number }> {
    const [row]: [{ objects: number; bytes: string }] = await this.manager.query(
      `with done as (delete from object_deletions where org_id = $1 and id = any($2::uuid[]) returning size_bytes)
       select count(size_bytes)::integer as objects, coalesce(sum(size_bytes), 0) as bytes from done`,
      [this.orgId, ids],
    );
    return { objects: row.objects, objectBytes: Number(row.bytes) };
  }

  /** When the last second look of an erasure is due; null when there is none. */
  async lastLookOf(runId: string): Promise<Date | null> {
    const [row]: [{ at: Date | null }] = await this.manager.query(
      'select max(due_at) as at from object_deletions where org_id = $1 and run_id = $2 and is_late',
      [this.orgId, runId],
    );
    return row.at;
  }
}
