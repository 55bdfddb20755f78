import type Anthropic from '@anthropic-ai/sdk';
import type { ModelAnswer, ModelRequest, StopReason } from './language-model.js';
import { repairMessage } from './repair-message.js';

/**
 * The request's body. No `temperature`, no `thinking`, no prefilled answer: the current models refuse them. A repair
 * goes on in the same conversation, so the expensive part is read from the cache.
 */
export function toParams(request: ModelRequest): Anthropic.MessageCreateParamsNonStreaming {
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

/** The answer as Docket keeps it, whether it was streamed or lay in the results of a batch. */
export function toAnswer(message: Anthropic.Message, requestId: string | null): ModelAnswer {
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
