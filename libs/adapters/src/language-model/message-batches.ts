import type { ModelAnswer, ModelRequest } from './language-model.js';
import { ModelUnavailable } from './model-unavailable.js';

/** One question of a message batch. */
export interface BatchedRequest {
  /** By which its result is found again: up to 64 letters, digits, `_` and `-`. */
  customId: string;
  request: ModelRequest;
}

/** A message batch as its provider shows it while it works on it. */
export interface ProviderBatch {
  id: string;
  /** Questions in it. */
  requests: number;
  hasEnded: boolean;
}

export type BatchedResult =
  | { kind: 'answered'; answer: ModelAnswer }
  /** Not answered, and not paid for. */
  | { kind: 'errored' | 'expired' | 'canceled'; message: string };

/** Milliseconds in which `submit` ends: some megabytes go up in seconds, and on a slow line in a minute. */
export const SUBMIT_TIMEOUT_MS = 120_000;

/**
 * It is not known whether what was sent was accepted: the connection or the server broke while it was sent. Look among
 * the recent ones before it is sent again, since an accepted batch is paid for.
 */
export class UnclearSubmission extends ModelUnavailable {}

/**
 * Many questions at once, answered within a day at a lower price. No adapter retries: what a repeat would cost is for the
 * caller to decide.
 */
export interface MessageBatches {
  /**
   * Hands questions in, and returns the provider's id of the batch.
   *
   * @throws UnclearSubmission where it may have been accepted all the same
   * @throws ModelUnavailable where it was not, and waiting helps
   * @throws DocketError where it does not
   */
  submit(requests: readonly BatchedRequest[], signal: AbortSignal): Promise<string>;
  /**
   * @throws ModelUnavailable where waiting helps
   * @throws DocketError where it does not, as for one that is gone
   */
  find(id: string, signal: AbortSignal): Promise<ProviderBatch>;
  /** Batches made at or after a time, newest first, whoever made them with the same key. Throws as `find` does. */
  recent(since: Date, signal: AbortSignal): AsyncIterable<ProviderBatch>;
  /**
   * The results of one that has ended, in any order. What breaks off in the middle throws after what came before it: read
   * again, it begins anew. Throws as `find` does.
   */
  results(id: string, signal: AbortSignal): AsyncIterable<{ customId: string; result: BatchedResult }>;
  /** Asks for its end. What was answered by then is paid for, and among its results. Throws as `find` does. */
  cancel(id: string, signal: AbortSignal): Promise<void>;
}
