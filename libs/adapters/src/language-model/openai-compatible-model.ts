import { NO_TOKENS, type TokenUsage } from '@docket/domain/model/token-usage';
import { traceHeaders } from '@docket/platform/tracing/spans';
import { z } from 'zod';
import type { LanguageModel, ModelAnswer, ModelRequest, StopReason } from './language-model.js';
import { ModelUnavailable } from './model-unavailable.js';
import { providerFailure } from './provider-failure.js';
import { repairMessage } from './repair-message.js';

export interface OpenAiCompatibleSettings {
  baseUrl: string;
  /** Local servers often need none. */
  apiKey: string | undefined;
  defaultModel: string;
  deadlineMs: number;
}

const count = z.number().int().nonnegative().catch(0);

const usageSchema = z.object({
  prompt_tokens: count,
  completion_tokens: count,
  prompt_tokens_details: z.object({ cached_tokens: count }).nullish(),
});

const answerSchema = z.object({
  id: z.string().nullish(),
  model: z.string().optional(),
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
      }),
    )
    .min(1),
  usage: usageSchema.nullish(),
});

/** Longest answer that is read: an answer of the longest kind allowed is a tenth of it. */
const ANSWER_CHARACTERS_MAX = 4_000_000;

/** A list of models comes in a fraction of a second, or not at all. */
const PING_TIMEOUT_MS = 5_000;

/** Any server that speaks OpenAI's chat completions with a JSON Schema as response format, such as local ones. */
export class OpenAiCompatibleModel implements LanguageModel {
  readonly provider = 'openai-compatible';
  readonly isRemote = true;
  readonly messageBatches = null;
  readonly defaultModel: string;

  constructor(private readonly settings: OpenAiCompatibleSettings) {
    this.defaultModel = settings.defaultModel;
  }

  async ask(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer> {
    const deadline = AbortSignal.timeout(this.settings.deadlineMs);
    let text: string;
    let response: Response;
    try {
      response = await fetch(`${this.settings.baseUrl.replace(/\/$/, '')}/chat/completions`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...traceHeaders(),
          ...(this.settings.apiKey ? { authorization: `Bearer ${this.settings.apiKey}` } : {}),
        },
        body: JSON.stringify(toBody(request)),
        signal: AbortSignal.any([signal, deadline]),
        // The key must go where it was meant to go.
        redirect: 'error',
      });
      text = await response.text();
    } catch (error) {
      if (signal.aborted) throw error;
      throw deadline.aborted
        ? new ModelUnavailable('model.timeout', 'The model did not finish in time.', null, error)
        : new ModelUnavailable('model.unavailable', 'The model cannot be reached.', null, error);
    }
    if (!response.ok) throw byStatus(response);
    return toAnswer(text, request.model);
  }

  /** Servers of this kind list their models; one that does not says 404, and is there. */
  async ping(signal: AbortSignal): Promise<void> {
    const { baseUrl, apiKey } = this.settings;
    let response: Response;
    try {
      response = await fetch(`${baseUrl.replace(/\/$/, '')}/models`, {
        headers: apiKey ? { authorization: `Bearer ${apiKey}` } : {},
        signal: AbortSignal.any([signal, AbortSignal.timeout(PING_TIMEOUT_MS)]),
        redirect: 'error',
      });
      await response.body?.cancel();
    } catch (error) {
      if (signal.aborted) throw error;
      throw new ModelUnavailable('model.unavailable', 'The model cannot be reached.', null, error);
    }
    if (response.status >= 500) throw byStatus(response);
  }
}

function toBody(request: ModelRequest): object {
  const { repair } = request;
  return {
    model: request.model,
    max_completion_tokens: request.maxOutputTokens,
    messages: [
      { role: 'system', content: request.system },
      { role: 'user', content: request.prompt },
      ...(repair
        ? [
            { role: 'assistant', content: repair.output },
            { role: 'user', content: repairMessage(repair.problems) },
          ]
        : []),
    ],
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'enrichment', strict: true, schema: request.schema },
    },
  };
}

function toAnswer(text: string, asked: string): ModelAnswer {
  const parsed = answerSchema.safeParse(text.length > ANSWER_CHARACTERS_MAX ? null : safeJson(text));
  const choice = parsed.data?.choices[0];
  if (!parsed.success || !choice)
    throw new ModelUnavailable(
      'model.unavailable',
      'The model answered in no known form.',
      null,
      parsed.error,
    );
  const { usage, id, model } = parsed.data;
  const { content, refusal } = choice.message;
  return {
    output: content ?? '',
    stopReason: stopReasonOf(choice.finish_reason, refusal),
    stopDetail: refusal ?? null,
    model: model ?? asked,
    usage: usage ? toUsage(usage) : NO_TOKENS,
    providerRequestId: id ?? null,
  };
}

/** Here the cached tokens are part of the prompt's; in Docket's count each token has one class. */
function toUsage(usage: z.infer<typeof usageSchema>): TokenUsage {
  const cacheRead = usage.prompt_tokens_details?.cached_tokens ?? 0;
  const input = Math.max(0, usage.prompt_tokens - cacheRead);
  return { input, output: usage.completion_tokens, cacheRead, cacheWrite: 0 };
}

function stopReasonOf(reason: string | null | undefined, refusal: string | null | undefined): StopReason {
  if (refusal || reason === 'content_filter') return 'refused';
  return reason === 'length' ? 'truncated' : 'completed';
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Told by the schema, which a text does not fit.
    return text;
  }
}

function byStatus({ status, headers }: Response): Error {
  const provider = 'The model server';
  return providerFailure({ provider, keyVariable: 'MODEL_SERVER_API_KEY', status, headers, reason: null });
}
