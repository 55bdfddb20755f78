export type EmbeddingPurpose = 'passage' | 'query';

/** Turns texts into vectors under one profile. */
export interface Embedder {
  readonly provider: string;
  readonly model: string;
  readonly dimension: number;
  /** True when the vectors cost microseconds and no network, so that they can be made wherever the text is. */
  readonly local: boolean;
  /**
   * One vector of length one per text, in order. A provider that is down, slow or limits the rate throws
   * `EmbedderUnavailable`, which is retried; a refusal that will last throws `embedding.rejected`.
   */
  embed(texts: readonly string[], purpose: EmbeddingPurpose): Promise<Float32Array[]>;
}
