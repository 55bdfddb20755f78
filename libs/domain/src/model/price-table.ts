/** US dollars per million tokens, by class. Cache writes are those that live for five minutes. */
interface Prices {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
}

export interface ModelPrice extends Prices {
  provider: string;
  model: string;
  /** Where a longer prompt costs more: from how many tokens, cached ones included, and how much on all of its tokens. */
  long?: { abovePromptTokens: number; prices: Prices };
  /** Part of every price that is paid for what is asked in a message batch; none where the provider has no such batches. */
  batchShare?: number;
}

/** Names what a cost was computed with; stored with every call. Raised with any change of a price below. */
export const PRICE_TABLE_VERSION = '2026-11-22';

/**
 * The one place that names models. Prices as published by Anthropic on the pages of its models, read on the date above;
 * check them there before you rely on a figure. Batches cost half (its page on batch processing). A model that is not listed works, and its calls have no cost.
 */
const PRICES: readonly ModelPrice[] = [
  {
    provider: 'anthropic',
    model: 'claude-haiku-5-5',
    input: 0.1,
    output: 0.5,
    cacheRead: 0.01,
    cacheWrite: 0.125,
    batchShare: 0.5,
    long: {
      abovePromptTokens: 100_000,
      prices: { input: 0.5, output: 2.5, cacheRead: 0.05, cacheWrite: 0.625 },
    },
  },
  {
    provider: 'anthropic',
    model: 'claude-sonnet-5-5',
    input: 2,
    output: 10,
    cacheRead: 0.1,
    cacheWrite: 2.5,
    batchShare: 0.5,
  },
  {
    provider: 'anthropic',
    model: 'claude-opus-5-5',
    input: 4,
    output: 20,
    cacheRead: 0.2,
    cacheWrite: 5,
    batchShare: 0.5,
  },
  // No call leaves the process.
  { provider: 'extractive', model: 'extractive-1', input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
];

export function priceOf(provider: string, model: string): ModelPrice | null {
  return PRICES.find((price) => price.provider === provider && price.model === model) ?? null;
}
