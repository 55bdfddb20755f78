import { EmbedderUnavailable } from '@docket/adapters/embedding/unavailable';
import type { EmbeddingProfile } from '@docket/db/embedding-profiles';
import { DocketError } from '@docket/domain/errors';
import {
  EMBED_BATCH_CHUNKS,
  EMBED_BATCHES_PER_ACTIVITY,
  leaseSecondsOf,
  type DocumentIngestDependencies,
} from './document-ingest.dependencies.js';
import type { EmbedContentChunksInput } from './document-ingest.types.js';
import { noteRetry, passages } from './ingest-history.js';
import { withHeartbeat } from './with-heartbeat.js';

/** What version and run show while the embedder is down. */
const WAITED_FOR = {
  code: 'embedding.unavailable',
  message: 'The embedder does not answer. The document waits for it, and goes on by itself.',
};

/** What one profile came to: how many passages got a vector, and whether the content is still this run's. */
interface Round {
  embedded: number;
  held: boolean;
}

/**
 * Gives vectors to passages that have none, batch by batch, each stored before the next is asked for: a repeat goes on
 * behind what is stored. Returns how many still lack one under the profile that answers queries. Profiles that are being
 * built, or kept to go back to, are filled on the way as far as their embedders answer; what they miss is made by the
 * change of the profile. No transaction is open while an embedder works.
 */
export class EmbedContentChunks {
  constructor(private readonly on: DocumentIngestDependencies) {}

  async run(input: EmbedContentChunksInput): Promise<{ missingVectors: number }> {
    return withHeartbeat(async () => {
      const startedAt = performance.now();
      const [active, ...others] = await this.on.tenants.withTenant(input.orgId, (tx) =>
        tx.search.profilesToFill(),
      );
      if (!active) throw new Error('no embedding profile is active: run the migrations');
      const round = await this.waitFor(input, () => this.fill(input, active));
      // Somebody took the content over: indexing will say so, and the run goes back to the claim.
      if (!round.held) return { missingVectors: 0 };
      for (const other of others) await this.fillIfPossible(input, other);
      return this.report(input, active, round.embedded, Math.round(performance.now() - startedAt));
    });
  }

  private async fill(input: EmbedContentChunksInput, profile: EmbeddingProfile): Promise<Round> {
    const embedder = this.on.embedderFor(profile);
    let embedded = 0;
    for (let batch = 0; batch < EMBED_BATCHES_PER_ACTIVITY; batch += 1) {
      const unembedded = await this.on.tenants.withTenant(input.orgId, (tx) =>
        tx.chunks.withoutVector(input.contentId, profile.id, EMBED_BATCH_CHUNKS),
      );
      if (unembedded.length === 0) break;
      const vectors = await embedder.embed(
        unembedded.map((passage) => passage.text),
        'passage',
      );
      if (!(await this.store(input, profile.id, unembedded, vectors))) return { embedded, held: false };
      embedded += unembedded.length;
    }
    return { embedded, held: true };
  }

  /** Says in version and run what is waited for while the embedder of the active profile is down. */
  private async waitFor(input: EmbedContentChunksInput, work: () => Promise<Round>): Promise<Round> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof EmbedderUnavailable) {
        await this.on.tenants.withTenant(input.orgId, async (tx) => {
          const waiting = { state: 'waiting_for_provider', step: 'embed', error: WAITED_FOR } as const;
          if (await tx.versions.move(input.versionId, waiting))
            await tx.runs.progress(input.runId, 'waiting', 'embed', WAITED_FOR);
        });
        await noteRetry(this.on, input, 'embed', error);
      }
      throw error;
    }
  }

  private async fillIfPossible(input: EmbedContentChunksInput, profile: EmbeddingProfile): Promise<void> {
    try {
      await this.fill(input, profile);
    } catch (error) {
      if (!(error instanceof EmbedderUnavailable || error instanceof DocketError)) throw error;
    }
  }

  /** Writes a batch while the content is still held, and tells whether it was. */
  private async store(
    input: EmbedContentChunksInput,
    profileId: number,
    unembedded: readonly { id: string }[],
    vectors: readonly Float32Array[],
  ): Promise<boolean> {
    return this.on.tenants.withTenant(input.orgId, async (tx) => {
      const held = await tx.contents.renewLease(
        input.contentId,
        input.fencingToken,
        leaseSecondsOf(this.on.limits),
      );
      if (!held) return false;
      const rows = unembedded.flatMap(({ id }, index) => {
        const vector = vectors[index];
        return vector ? [{ chunkId: id, vector }] : [];
      });
      await tx.chunks.upsertVectors(input.contentId, profileId, rows);
      return true;
    });
  }

  private async report(
    input: EmbedContentChunksInput,
    profile: EmbeddingProfile,
    embedded: number,
    embedMs: number,
  ): Promise<{ missingVectors: number }> {
    return this.on.tenants.withTenant(input.orgId, async (tx) => {
      const missingVectors = await tx.chunks.countWithoutVector(input.contentId, profile.id);
      await tx.runs.addEvents(input.runId, [
        {
          at: this.on.now(),
          step: 'embed',
          what: `Embedded ${passages(embedded)} with ${profile.model}, ${missingVectors} to go`,
          outcome: 'succeeded',
          durationMs: embedMs,
        },
      ]);
      const step = missingVectors > 0 ? 'embed' : 'index';
      await tx.runs.progress(input.runId, 'running', step);
      await tx.versions.move(input.versionId, {
        state: 'processing',
        step,
        timings: { embedMs },
      });
      return { missingVectors };
    });
  }
}
