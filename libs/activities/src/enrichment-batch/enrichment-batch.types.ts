import type { BeginEnrichmentsInput, EnrichmentsBegun } from '../batch/begin-enrichments.types.js';
import type { RunBatchSubject } from '../run-batch/run-batch.types.js';

export interface EnrichTicketsInput extends BeginEnrichmentsInput {
  /** Its questions are asked in message batches: many more enrichments may be under way, since nearly all only wait. */
  mayWait?: boolean;
}

export interface CollectMessageBatchesInput extends RunBatchSubject {
  /** The batch was cancelled: the provider is asked to end what it has of it. */
  isCancelled: boolean;
}

export interface MessageBatchesUnderWay {
  /** Message batches that are not over, and 1 more while enrichments wait to be told. */
  underWay: number;
  /** Milliseconds until the next look. */
  waitMs: number;
}

/** What `enrichmentBatch` asks of the outside, beside what every batch does. */
export interface EnrichmentBatchActivities {
  /** Begins as many enrichments as there is room for. */
  enrichTickets: (input: EnrichTicketsInput) => Promise<EnrichmentsBegun>;
}

/** What a batch that may wait asks of the outside besides. On the queue of the models. */
export interface MessageBatchActivities {
  /**
   * Sends what is gathered, when it is time. `isOffered` is false where the provider has no message batches; with `waitMs`
   * it is away, and that is the time until the next try.
   */
  submitMessageBatch: (input: RunBatchSubject) => Promise<{ isOffered: boolean; waitMs: number }>;
  /** Stores the results of message batches that have ended, and lets their enrichments go on. */
  collectMessageBatches: (input: CollectMessageBatchesInput) => Promise<MessageBatchesUnderWay>;
}
