import {
  CONTENT_LEASE_SECONDS,
  EMBED_BATCH_CHUNKS,
  EMBED_BATCHES_PER_ACTIVITY,
  type DocumentIngestDependencies,
} from './document-ingest.dependencies.js';
import type { EmbedContentChunksInput } from './document-ingest.types.js';
import { passages } from './ingest-history.js';
import { withHeartbeat } from './with-heartbeat.js';

/**
 * Gives vectors to passages that have none, batch by batch, each stored before the next is asked for: a repeat goes on
 * behind what is stored. Returns how many still lack one. No transaction is open while the embedder works.
 */
export class EmbedContentChunks {
  constructor(private readonly on: DocumentIngestDependencies) {}

  async run(input: EmbedContentChunksInput): Promise<{ missingVectors: number }> {
    return withHeartbeat(async () => {
      const startedAt = performance.now();
      const profile = await this.on.tenants.withTenant(input.orgId, (tx) => tx.search.activeProfile());
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
        // Somebody took the content over: indexing will say so, and the run goes back to the claim.
        if (!(await this.store(input, profile.id, unembedded, vectors))) return { missingVectors: 0 };
        embedded += unembedded.length;
      }
      return this.report(input, profile, embedded, Math.round(performance.now() - startedAt));
    });
  }

  /** Writes a batch while the content is still held, and tells whether it was. */
  private async store(
    input: EmbedContentChunksInput,
    profileId: number,
    unembedded: readonly { id: string }[],
    vectors: readonly Float32Array[],
  ): Promise<boolean> {
    return this.on.tenants.withTenant(input.orgId, async (tx) => {
      const held = await tx.contents.renewLease(input.contentId, input.fencingToken, CONTENT_LEASE_SECONDS);
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
    profile: { id: number; model: string },
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
      await tx.versions.move(input.versionId, {
        state: 'processing',
        step: missingVectors > 0 ? 'embed' : 'index',
        timings: { embedMs },
      });
      return { missingVectors };
    });
  }
}
