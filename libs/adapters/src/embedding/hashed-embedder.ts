import { setImmediate } from 'node:timers/promises';
import { embedHashed, HASHED_DIMENSION } from '@docket/domain/embedding/hashed';
import type { Embedder } from './embedder.js';

/** The embedded default: character n-grams hashed into a fixed space. No network, no weights, no learned meaning. */
export class HashedEmbedder implements Embedder {
  readonly provider = 'hashed';
  readonly model = 'hashed-character-ngrams-2048';
  readonly dimension = HASHED_DIMENSION;
  readonly local = true;

  async embed(texts: readonly string[]): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (const text of texts) {
      vectors.push(embedHashed(text));
      // A batch of 128 takes longer than heartbeats and health checks of the same process should wait.
      await setImmediate();
    }
    return vectors;
  }
}
