import type { Embedder } from '@docket/adapters/embedding';
import type { EmbeddingProfile, EmbeddingProfiles } from '@docket/db/embedding-profiles';
import type { TenantDatabase } from '@docket/db/tenant-database';
import { withHeartbeat } from '../document-ingest/with-heartbeat.js';
import type { ProfileRef, ReembeddingActivities } from './reembedding.types.js';

export interface ReembeddingDependencies {
  profiles: EmbeddingProfiles;
  tenants: TenantDatabase;
  /** @throws DocketError `embedding.rejected` when this worker is not configured for the profile */
  embedderFor(profile: EmbeddingProfile): Embedder;
}

/** Passages per request, and of one round: seconds of work, so that a pause or a restart repeats little. */
const BATCH_PASSAGES = 128;
const ROUND_PASSAGES = 1_024;
const CONTENTS_AT_ONCE = 64;

/** Rows per transaction: some 20 ms, so that nobody waits for a lock of this. */
const REMOVED_AT_ONCE = 2_000;
const ORGS_AT_ONCE = 50;

export function createReembeddingActivities(on: ReembeddingDependencies): ReembeddingActivities {
  const find = async (ref: ProfileRef): Promise<EmbeddingProfile[]> =>
    (await on.profiles.list()).filter(({ id, state }) => id === ref || state === ref);

  return {
    async moveProfile({ profileId, from, to, error = null }) {
      const [profile] = await find(profileId);
      // What is asked for by its part and has it no longer, has moved.
      if (!profile) return typeof profileId !== 'number';
      return on.profiles.move(profile.id, from, to, error);
    },

    async embedMissingVectors({ profileId }) {
      return withHeartbeat(async () => {
        const [profile] = await find(profileId);
        if (!profile) return { embedded: 0 };
        const embedder = on.embedderFor(profile);
        let embedded = 0;
        const contents = await on.profiles.contentsWithoutVectors(profile.id, CONTENTS_AT_ONCE);
        for (const { orgId, contentId } of contents) {
          if (embedded >= ROUND_PASSAGES) break;
          embedded += await embedContent(on, { orgId, contentId }, profile.id, embedder);
        }
        await on.profiles.noteProgress(profile.id);
        return { embedded };
      });
    },

    switchProfile: ({ profileId }) => on.profiles.switchTo(profileId),

    rollBackProfile: ({ profileId }) => on.profiles.rollBack(profileId),

    async removeVectors({ profileId }) {
      return withHeartbeat(async () => {
        for (const { id, state } of await find(profileId)) {
          // A profile that somebody took up again meanwhile keeps what it has.
          if (state !== 'registered' && state !== 'retired') continue;
          await removeAll(on, id);
          await on.profiles.noteProgress(id);
        }
      });
    },
  };
}

/** Gives vectors to the passages of one content that have none; each batch is stored before the next is asked for. */
async function embedContent(
  on: ReembeddingDependencies,
  { orgId, contentId }: { orgId: string; contentId: string },
  profileId: number,
  embedder: Embedder,
): Promise<number> {
  let embedded = 0;
  for (;;) {
    const passages = await on.tenants.withTenant(orgId, (tx) =>
      tx.chunks.withoutVector(contentId, profileId, BATCH_PASSAGES),
    );
    if (passages.length === 0) return embedded;
    const vectors = await embedder.embed(
      passages.map(({ text }) => text),
      'passage',
    );
    const rows = passages.flatMap(({ id }, index) => {
      const vector = vectors[index];
      return vector ? [{ chunkId: id, vector }] : [];
    });
    const stored = await on.tenants.withTenant(orgId, (tx) =>
      tx.chunks.upsertVectors(contentId, profileId, rows),
    );
    // The profile was given up while the embedder worked.
    if (stored === 0) return embedded;
    embedded += stored;
  }
}

async function removeAll({ profiles, tenants }: ReembeddingDependencies, profileId: number): Promise<void> {
  for (;;) {
    const orgs = await profiles.orgsWithVectors(profileId, ORGS_AT_ONCE);
    if (orgs.length === 0) return;
    for (const orgId of orgs) {
      let removed = REMOVED_AT_ONCE;
      while (removed === REMOVED_AT_ONCE) {
        removed = await tenants.withTenant(orgId, (tx) =>
          tx.chunks.removeVectors(profileId, REMOVED_AT_ONCE),
        );
      }
    }
  }
}
