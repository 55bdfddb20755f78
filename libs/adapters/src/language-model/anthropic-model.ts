import Anthropic, {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
  APIUserAbortError,
} from '@anthropic-ai/sdk';
import { traceHeaders } from '@docket/platform/tracing/spans';
import type { LanguageModel, ModelAnswer, ModelRequest, StopReason } from './language-model.js';
import { ModelUnavailable } from './model-unavailable.js';
import { providerFailure } from './provider-failure.js';
import { repairMessage } from './repair-message.js';

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

/**
 * The request's body. No `temperature`, no `thinking`, no prefilled answer: the current models refuse them. A repair
 * goes on in the same conversation, so the expensive part is read from the cache.
 */
export function toParams(request: ModelRequest): Anthropic.MessageStreamParams {
  return {
    model: request.model,
    max_tokens: request.maxOutputTokens,
    system: [{ type: 'text', text: request.system, cache_control: { type: 'ephemeral' } }],
    messages: [
      { role: 'user', content: request.prompt },
      ...(request.repair
        ? ([
            // An assistant's turn may not be empty.
            { role: 'assistant', content: request.repair.output.trim() || '{}' },
            { role: 'user', content: repairMessage(request.repair.problems) },
          ] as const)
        : []),
    ],
    output_config: {
      effort: request.effort,
      format: { type: 'json_schema', schema: request.schema },
    },
  };
}

function toAnswer(message: Anthropic.Message, requestId: string | null): ModelAnswer {
  const { usage } = message;
  return {
    // Blocks of other types, such as thinking, may come before and between.
    output: message.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(''),
    stopReason: stopReasonOf(message.stop_reason),
    stopDetail: message.stop_details?.explanation ?? message.stop_details?.category ?? null,
    model: message.model,
    usage: {
      input: count(usage.input_tokens),
      output: count(usage.output_tokens),
      cacheRead: count(usage.cache_read_input_tokens),
      cacheWrite: count(usage.cache_creation_input_tokens),
    },
    providerRequestId: requestId,
  };
}

/** A wrong or missing figure must not spoil an answer that is there. */
function count(tokens: number | null | undefined): number {
  return typeof tokens === 'number' && Number.isSafeInteger(tokens) && tokens >= 0 ? tokens : 0;
}

function stopReasonOf(reason: Anthropic.StopReason | null): StopReason {
  switch (reason) {
    case 'refusal':
      return 'refused';
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'truncated';
    default:
      return 'completed';
  }
}

/** What an error of the SDK means here. Whatever is not plainly final can be waited out. */
function translated(error: unknown): Error {
  if (error instanceof APIConnectionTimeoutError)
    return new ModelUnavailable('model.timeout', 'Anthropic did not answer in time.', null, error);
  if (error instanceof APIUserAbortError || error instanceof APIConnectionError)
    return new ModelUnavailable('model.unavailable', 'The connection to Anthropic failed.', null, error);
  if (error instanceof APIError) return byStatus(error as APIError);
  // A stream that ends early or holds no JSON is thrown as the SDK's base error or a SyntaxError.
  return new ModelUnavailable('model.unavailable', 'Anthropic broke off its answer.', null, error);
}

function byStatus(error: APIError<number | undefined, Headers | undefined, object | undefined>): Error {
  return providerFailure({
    provider: 'Anthropic',
    keyVariable: 'ANTHROPIC_API_KEY',
    // In a stream an error comes without a status: its type says what it is.
    status: error.status ?? STATUS_BY_TYPE[error.type ?? ''] ?? 500,
    headers: error.headers,
    reason: error.apiMessage,
    cause: error,
  });
}

const STATUS_BY_TYPE: Readonly<Record<string, number>> = {
  authentication_error: 401,
  permission_error: 403,
  billing_error: 403,
  rate_limit_error: 429,
  timeout_error: 504,
  overloaded_error: 529,
  invalid_request_error: 400,
  not_found_error: 404,
};

function timedOut(deadlineMs: number, cause: unknown): ModelUnavailable {
  return new ModelUnavailable(
    'model.timeout',
    `The model did not finish within ${deadlineMs} ms.`,
    null,
    cause,
  );
}
