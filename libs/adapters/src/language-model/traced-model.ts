import { inSpan, SpanKind, type Span } from '@docket/platform/tracing/spans';
import type { LanguageModel, ModelAnswer, ModelRequest } from './language-model.js';
import type { MessageBatches } from './message-batches.js';

/** A model whose calls are spans, named and described as OpenTelemetry's conventions for generative models have it. */
export class TracedModel implements LanguageModel {
  readonly provider: string;
  readonly isRemote: boolean;
  readonly defaultModel: string;
  readonly messageBatches: MessageBatches | null;

  constructor(private readonly model: LanguageModel) {
    this.provider = model.provider;
    this.isRemote = model.isRemote;
    this.defaultModel = model.defaultModel;
    this.messageBatches = model.messageBatches;
  }

  async ask(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer> {
    const attributes = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': this.provider,
      'gen_ai.request.model': request.model,
      'gen_ai.request.max_tokens': request.maxOutputTokens,
    };
    const kind = this.isRemote ? SpanKind.CLIENT : SpanKind.INTERNAL;
    return inSpan(`chat ${request.model}`, { kind, category: 'provider', attributes }, async (span) => {
      const answer = await this.model.ask(request, signal);
      if (span) describe(span, answer);
      return answer;
    });
  }

  async ping(signal: AbortSignal): Promise<void> {
    return this.model.ping(signal);
  }
}

/** What it cost and how it ended; never what was asked or said. */
function describe(span: Span, { model, stopReason, usage }: ModelAnswer): void {
  span.setAttributes({
    'gen_ai.response.model': model,
    'gen_ai.response.finish_reasons': [stopReason],
    'gen_ai.usage.input_tokens': usage.input + usage.cacheRead + usage.cacheWrite,
    'gen_ai.usage.output_tokens': usage.output,
  });
}
