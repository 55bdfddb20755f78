import type { Embedder } from './embedder.js';

/**
 * Queries kept over all profiles. A vector of 1,024 dimensions takes 4 kB: some 4 MB when full, and the same questions
 * come again within minutes.
 */
const KEPT = 1_000;

/**
 * Vectors of queries, each asked for once while it is kept: a paid embedder costs 100 ms and money. Bounded; the one
 * unused for longest goes first. Requests for the same query at the same time share one call, and a failure is not kept.
 */
export class QueryEmbeddings {
  private readonly vectors = new Map<string, Promise<Float32Array>>();

  constructor(private readonly most: number = KEPT) {}

  /** The query's vector under a profile. */
  async vector(profileId: number, embedder: Embedder, text: string): Promise<Float32Array> {
    // A local embedder is as fast as looking it up.
    if (embedder.local) return one(await embedder.embed([text], 'query'));
    const key = `${profileId}/${text}`;
    const kept = this.vectors.get(key);
    const vector = kept ?? embedder.embed([text], 'query').then(one);
    this.vectors.delete(key);
    this.vectors.set(key, vector);
    if (kept === undefined) {
      this.forgetOldest();
      vector.catch(() => {
        if (this.vectors.get(key) === vector) this.vectors.delete(key);
      });
    }
    return vector;
  }

  private forgetOldest(): void {
    if (this.vectors.size <= this.most) return;
    for (const oldest of this.vectors.keys()) {
      this.vectors.delete(oldest);
      return;
    }
  }
}

function one(vectors: readonly Float32Array[]): Float32Array {
  const [vector] = vectors;
  if (!vector) throw new Error('an embedder answered without a vector');
  return vector;
}
