import type Anthropic from '@anthropic-ai/sdk';
import { APIError } from '@anthropic-ai/sdk';
import { translated } from './anthropic-errors.js';
import { toAnswer, toParams } from './anthropic-message.js';
import {
  SUBMIT_TIMEOUT_MS,
  UnclearSubmission,
  type BatchedRequest,
  type BatchedResult,
  type MessageBatches,
  type ProviderBatch,
} from './message-batches.js';
import { ModelUnavailable } from './model-unavailable.js';

/** A line about one batch, or about twenty. */
const LOOK_TIMEOUT_MS = 20_000;
/** From the request to the headers; what is sent then is read for as long as it comes. */
const RESULTS_TIMEOUT_MS = 60_000;
const PER_PAGE = 100;

/** Anthropic's Message Batches: up to 100,000 questions or 256 MB, answered within 24 hours at half the price. */
export class AnthropicBatches implements MessageBatches {
  constructor(private readonly client: Anthropic) {}

  async submit(requests: readonly BatchedRequest[], signal: AbortSignal): Promise<string> {
    const body = {
      requests: requests.map(({ customId, request }) => ({ custom_id: customId, params: toParams(request) })),
    };
    try {
      const batch = await this.client.messages.batches.create(body, { signal, timeout: SUBMIT_TIMEOUT_MS });
      return batch.id;
    } catch (error) {
      const meaning = translated(error);
      if (!(meaning instanceof ModelUnavailable) || isRefusal(error)) throw meaning;
      throw new UnclearSubmission(meaning.code, meaning.message, null, error);
    }
  }

  async find(id: string, signal: AbortSignal): Promise<ProviderBatch> {
    try {
      const options = { signal, timeout: LOOK_TIMEOUT_MS };
      return toProviderBatch(await this.client.messages.batches.retrieve(id, {}, options));
    } catch (error) {
      throw translated(error);
    }
  }

  async *recent(since: Date, signal: AbortSignal): AsyncGenerator<ProviderBatch> {
    try {
      const options = { signal, timeout: LOOK_TIMEOUT_MS };
      for await (const batch of this.client.messages.batches.list({ limit: PER_PAGE }, options)) {
        if (Date.parse(batch.created_at) < since.getTime()) return;
        yield toProviderBatch(batch);
      }
    } catch (error) {
      throw translated(error);
    }
  }

  async *results(
    id: string,
    signal: AbortSignal,
  ): AsyncGenerator<{ customId: string; result: BatchedResult }> {
    try {
      const options = { signal, timeout: RESULTS_TIMEOUT_MS };
      for await (const { custom_id, result } of await this.client.messages.batches.results(id, {}, options))
        yield { customId: custom_id, result: toResult(result) };
    } catch (error) {
      throw translated(error);
    }
  }

  async cancel(id: string, signal: AbortSignal): Promise<void> {
    try {
      await this.client.messages.batches.cancel(id, {}, { signal, timeout: LOOK_TIMEOUT_MS });
    } catch (error) {
      throw translated(error);
    }
  }
}

/** Statuses by which the provider says that it did not take the batch. After any other failure it may have. */
const REFUSALS: ReadonlySet<number | undefined> = new Set([429, 529]);

function isRefusal(error: unknown): boolean {
  return error instanceof APIError && REFUSALS.has((error as APIError).status);
}

function toProviderBatch({
  id,
  request_counts,
  processing_status,
}: Anthropic.Messages.MessageBatch): ProviderBatch {
  const { processing, succeeded, errored, canceled, expired } = request_counts;
  const requests = processing + succeeded + errored + canceled + expired;
  return { id, requests, hasEnded: processing_status === 'ended' };
}

function toResult(result: Anthropic.Messages.MessageBatchResult): BatchedResult {
  switch (result.type) {
    case 'succeeded':
      return answerOf(result.message);
    case 'errored':
      return { kind: 'errored', message: result.error.error.message.slice(0, 300) };
    case 'expired':
      return { kind: 'expired', message: 'It was not answered in time.' };
    case 'canceled':
      return { kind: 'canceled', message: 'It was cancelled.' };
    default:
      return { kind: 'errored', message: 'The provider says of it what is not known here.' };
  }
}

/** One answer in no known form must not take the others with it. */
function answerOf(message: Anthropic.Message): BatchedResult {
  try {
    return { kind: 'answered', answer: toAnswer(message, message.id) };
  } catch {
    return { kind: 'errored', message: 'The answer is in no known form.' };
  }
}
