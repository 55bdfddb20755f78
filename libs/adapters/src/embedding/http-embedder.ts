import { DocketError } from '@docket/domain/errors';
import type { Embedder, EmbeddingPurpose } from './embedder.js';
import { EmbedderUnavailable } from './embedder-unavailable.js';
import { EmbeddingRequestTooLarge, requestEmbeddings, type EmbeddingEndpoint } from './embedding-request.js';

export interface HttpEmbedderSettings {
  baseUrl: string;
  apiKey: string | undefined;
  model: string;
  dimension: number;
  /** Most texts of one request. */
  batchTexts: number;
  timeoutMs: number;
}

/**
 * Characters of one request: some 40,000 tokens, a third of the smallest limit among providers. It cuts batches of long
 * texts, which the number of texts alone does not.
 */
const BATCH_CHARACTERS = 150_000;

/**
 * An embedder behind an HTTP endpoint. A request holds at most so many texts and characters and is halved when the
 * provider calls it too large; texts that an answer leaves out are asked for once more by themselves.
 */
export abstract class HttpEmbedder implements Embedder {
  readonly local = false;
  abstract readonly provider: string;
  protected abstract readonly keyVariable: string;

  constructor(protected readonly settings: HttpEmbedderSettings) {}

  get model(): string {
    return this.settings.model;
  }

  get dimension(): number {
    return this.settings.dimension;
  }

  /** The body of a request, as this provider wants it. */
  protected abstract body(texts: readonly string[], purpose: EmbeddingPurpose): object;

  async embed(texts: readonly string[], purpose: EmbeddingPurpose): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (const batch of batchesOf(texts, this.settings.batchTexts)) {
      vectors.push(...(await this.embedBatch(batch, purpose)));
    }
    return vectors;
  }

  private async embedBatch(texts: readonly string[], purpose: EmbeddingPurpose): Promise<Float32Array[]> {
    try {
      const found = await this.request(texts, purpose);
      const missing = texts.flatMap((_, index) => (found.has(index) ? [] : [index]));
      if (missing.length > 0) await this.requestMissing(texts, purpose, found, missing);
      return texts.map((_, index) => this.toVector(found.get(index)));
    } catch (error) {
      if (!(error instanceof EmbeddingRequestTooLarge)) throw error;
      if (texts.length < 2)
        throw new DocketError('embedding.rejected', `${this.provider} takes no text of this length.`, {
          cause: error,
        });
      const half = Math.ceil(texts.length / 2);
      const first = await this.embedBatch(texts.slice(0, half), purpose);
      return [...first, ...(await this.embedBatch(texts.slice(half), purpose))];
    }
  }

  /** A second request for what the first left out. What is missing still is the provider's trouble, and passes. */
  private async requestMissing(
    texts: readonly string[],
    purpose: EmbeddingPurpose,
    found: Map<number, number[]>,
    missing: readonly number[],
  ): Promise<void> {
    const again = await this.request(
      missing.map((index) => texts[index] ?? ''),
      purpose,
    );
    missing.forEach((index, place) => {
      const vector = again.get(place);
      if (vector) found.set(index, vector);
    });
  }

  private async request(texts: readonly string[], purpose: EmbeddingPurpose): Promise<Map<number, number[]>> {
    const endpoint: EmbeddingEndpoint = {
      provider: this.provider,
      url: `${this.settings.baseUrl.replace(/\/$/, '')}/embeddings`,
      apiKey: this.settings.apiKey,
      keyVariable: this.keyVariable,
      timeoutMs: this.settings.timeoutMs,
    };
    // Providers refuse an empty text; a blank one has a vector as good as any.
    return requestEmbeddings(
      endpoint,
      this.body(
        texts.map((text) => (text.trim() === '' ? '.' : text)),
        purpose,
      ),
    );
  }

  private toVector(numbers: number[] | undefined): Float32Array {
    if (!numbers) throw new EmbedderUnavailable(`${this.provider} left a text out of its answer.`);
    if (numbers.length !== this.dimension) {
      throw new DocketError(
        'embedding.rejected',
        `${this.model} gives vectors of ${numbers.length} dimensions, the profile has ${this.dimension}. ` +
          'Set EMBEDDING_DIMENSION to what the model gives and add a profile for it.',
      );
    }
    const length = Math.hypot(...numbers);
    if (!Number.isFinite(length) || length === 0)
      throw new EmbedderUnavailable(`${this.provider} answered with a vector of no length.`);
    return Float32Array.from(numbers, (value) => value / length);
  }
}

function batchesOf(texts: readonly string[], most: number): string[][] {
  const batches: string[][] = [];
  let open: string[] = [];
  let characters = 0;
  for (const text of texts) {
    if (open.length > 0 && (open.length >= most || characters + text.length > BATCH_CHARACTERS)) {
      batches.push(open);
      open = [];
      characters = 0;
    }
    open.push(text);
    characters += text.length;
  }
  if (open.length > 0) batches.push(open);
  return batches;
}
