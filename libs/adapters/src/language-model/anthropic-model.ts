import Anthropic from '@anthropic-ai/sdk';
import { traceHeaders } from '@docket/platform/tracing/spans';
import { AnthropicBatches } from './anthropic-batches.js';
import { translated } from './anthropic-errors.js';
import { toAnswer, toParams } from './anthropic-message.js';
import type { LanguageModel, ModelAnswer, ModelRequest } from './language-model.js';
import type { MessageBatches } from './message-batches.js';
import { ModelUnavailable } from './model-unavailable.js';

export interface AnthropicSettings {
  apiKey: string;
  baseUrl: string | undefined;
  defaultModel: string;
  /** Milliseconds one request may take from first to last byte. */
  deadlineMs: number;
}

/** A list of one model comes in a fraction of a second, or not at all. */
const PING_TIMEOUT_MS = 5_000;

/**
 * Claude through Anthropic's own SDK. The output's form is held by a JSON Schema; the system prompt, the same for all
 * tickets of an org, is marked for the provider's cache. The answer is streamed, so that a connection which dies is
 * noticed by its silence and not by an idle proxy.
 */
export class AnthropicModel implements LanguageModel {
  readonly provider = 'anthropic';
  readonly isRemote = true;
  readonly defaultModel: string;
  readonly messageBatches: MessageBatches;
  private readonly client: Anthropic;
  private readonly deadlineMs: number;

  constructor(settings: AnthropicSettings) {
    this.defaultModel = settings.defaultModel;
    this.deadlineMs = settings.deadlineMs;
    this.client = new Anthropic({
      apiKey: settings.apiKey,
      // Null keeps the SDK from looking for other credentials in the environment.
      authToken: null,
      baseURL: settings.baseUrl ?? 'https://api.anthropic.com',
      // Retries are Temporal's: visible, counted, and they survive this process.
      maxRetries: 0,
      timeout: settings.deadlineMs,
      logLevel: 'off',
      openTelemetry: false,
    });
    this.messageBatches = new AnthropicBatches(this.client);
  }

  async ask(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer> {
    // The SDK's own timeout ends with the headers; this one covers the whole stream.
    const deadline = AbortSignal.timeout(this.deadlineMs);
    try {
      const stream = this.client.messages.stream(toParams(request), {
        signal: AbortSignal.any([signal, deadline]),
        headers: traceHeaders(),
      });
      const message = await stream.finalMessage();
      return toAnswer(message, stream.request_id ?? null);
    } catch (error) {
      if (signal.aborted) throw error;
      if (deadline.aborted) throw timedOut(this.deadlineMs, error);
      throw translated(error);
    }
  }

  /** The list of models is free. */
  async ping(signal: AbortSignal): Promise<void> {
    try {
      await this.client.models.list({ limit: 1 }, { signal, timeout: PING_TIMEOUT_MS });
    } catch (error) {
      if (signal.aborted) throw error;
      const meaning = translated(error);
      if (meaning instanceof ModelUnavailable && meaning.code !== 'model.rate_limited') throw meaning;
    }
  }
}

function timedOut(deadlineMs: number, cause: unknown): ModelUnavailable {
  return new ModelUnavailable(
    'model.timeout',
    `The model did not finish within ${deadlineMs} ms.`,
    null,
    cause,
  );
}
