import { priceOf } from './price-table.js';
import type { TokenUsage } from './token-usage.js';

/**
 * What a call cost in millionths of a US dollar, rounded up so that no sum is too small; null for a model without a
 * price. A price per million tokens in dollars is a price per token in micros.
 *
 * @param isBatched it was asked in a message batch
 */
export function costMicros(
  provider: string,
  model: string,
  usage: TokenUsage,
  isBatched = false,
): number | null {
  const price = priceOf(provider, model);
  if (!price) return null;
  const promptTokens = usage.input + usage.cacheRead + usage.cacheWrite;
  const { input, output, cacheRead, cacheWrite } =
    price.long && promptTokens > price.long.abovePromptTokens ? price.long.prices : price;
  const micros =
    usage.input * input + usage.output * output + usage.cacheRead * cacheRead + usage.cacheWrite * cacheWrite;
  const share = isBatched ? (price.batchShare ?? 1) : 1;
  // Products of decimals carry noise in their last bits, which must not round a whole number up.
  return Math.ceil(Number((micros * share).toFixed(6)));
}

/**
 * What the provider's cache of prompts took off the cost of a call, in millionths of a US dollar. Below zero where writing
 * the cache cost more than reading it saved; 0 for a model without a price.
 */
export function savedMicros(provider: string, model: string, usage: TokenUsage, isBatched = false): number {
  const { input, output, cacheRead, cacheWrite } = usage;
  const uncached = { input: input + cacheRead + cacheWrite, output, cacheRead: 0, cacheWrite: 0 };
  const costOf = (tokens: TokenUsage): number => costMicros(provider, model, tokens, isBatched) ?? 0;
  return costOf(uncached) - costOf(usage);
}

/** What asking in a message batch took off the cost of a call, in millionths of a US dollar. */
export function batchSavedMicros(provider: string, model: string, usage: TokenUsage): number {
  return (costMicros(provider, model, usage) ?? 0) - (costMicros(provider, model, usage, true) ?? 0);
}
