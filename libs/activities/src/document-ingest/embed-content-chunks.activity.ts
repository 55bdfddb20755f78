import { ContentBusy } from './content-busy.js';
import {
  CONTENT_LEASE_SECONDS,
  EMBED_BATCH_CHUNKS,
  EMBED_BATCHES_PER_ACTIVITY,
  type DocumentIngestDependencies,
} from './document-ingest.dependencies.js';
import type { EmbedContentChunksInput } from './document-ingest.types.js';
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
        const passages = await this.on.tenants.withTenant(input.orgId, (tx) =>
          tx.chunks.withoutVector(input.contentId, profile.id, EMBED_BATCH_CHUNKS),
        );
        if (passages.length === 0) break;
        const vectors = await embedder.embed(
          passages.map((passage) => passage.text),
          'passage',
        );
        await this.on.tenants.withTenant(input.orgId, async (tx) => {
          const held = await tx.contents.renewLease(input.contentId, input.fencingToken, CONTENT_LEASE_SECONDS);
          if (!held) throw new ContentBusy();
          const rows = passages.flatMap(({ id }, index) => {
            const vector = vectors[index];
            return vector ? [{ chunkId: id, vector }] : [];
          });
          await tx.chunks.upsertVectors(input.contentId, profile.id, rows);
        });
        embedded += passages.length;
      }
      return this.report(input, profile, embedded, Math.round(performance.now() - startedAt));
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
          what: `Embedded ${embedded} passages with ${profile.model}, ${missingVectors} to go`,
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
