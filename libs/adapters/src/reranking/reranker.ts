/** A model that reads the query and a passage together, and judges how well the one answers the other. */
export interface Reranker {
  readonly provider: string;
  readonly model: string;
  /**
   * The relevance of each text to the query, in the order of the texts. Higher is better; numbers compare within one call.
   *
   * @throws RerankerUnavailable for whatever keeps it from judging every text, a refusal that will last among it: the order
   * that there was before stands in for it
   */
  rerank(query: string, texts: readonly string[]): Promise<number[]>;
}

/** Why there is no judgement. `resting`: it was not asked, since it failed a moment ago. */
export const RERANK_TROUBLES = [
  'rate_limited',
  'timeout',
  'unreachable',
  'refused',
  'answer_invalid',
  'resting',
] as const;

export type RerankTrouble = (typeof RERANK_TROUBLES)[number];

/** Seconds for which a reranker is left alone after each trouble, where the provider names no time. */
const REST_SECONDS: Record<RerankTrouble, number> = {
  rate_limited: 5,
  // Each search that tries costs its user the whole deadline.
  timeout: 5,
  unreachable: 5,
  // A wrong key or model does not mend itself: somebody has to change it and restart.
  refused: 60,
  answer_invalid: 5,
  resting: 0,
};

/** The longest that a provider's own word is taken for: the next look costs one search its deadline and no more. */
const LONGEST_SECONDS = 300;

/** The passages were not judged. Searches go on in the order that they have without it. */
export class RerankerUnavailable extends Error {
  override readonly name = 'RerankerUnavailable';
  readonly trouble: RerankTrouble;
  readonly retryAfterSeconds: number;

  constructor(
    trouble: RerankTrouble,
    message: string,
    options: { retryAfterSeconds?: number | null; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.trouble = trouble;
    this.retryAfterSeconds = Math.min(LONGEST_SECONDS, options.retryAfterSeconds ?? REST_SECONDS[trouble]);
  }
}
