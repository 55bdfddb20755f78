import type { ModelReply } from '@docket/domain/enrichment/model-reply';
import type { Passage } from '@docket/domain/enrichment/result';
import type { Taxonomy } from '@docket/domain/enrichment/taxonomy';
import type { TokenUsage } from '@docket/domain/model/token-usage';
import type { MessageBatches } from './message-batches.js';

/** One question to a model, whoever answers it. */
export interface ModelRequest {
  model: string;
  /** The same for every ticket of an org: what a provider may cache. */
  system: string;
  /** Ticket, passages, examples. */
  prompt: string;
  /** JSON Schema the answer must keep to. */
  schema: Record<string, unknown>;
  /** Thinking and answer together. */
  maxOutputTokens: number;
  /** How much thought a model that can choose puts in. */
  effort: ModelEffort;
  /** What the model answered before and what was wrong with it; null the first time. */
  repair: { output: string; problems: readonly string[] } | null;
  /** The same matter as data, for a model that does not read prompts. */
  material: ModelMaterial;
}

export const MODEL_EFFORTS = ['low', 'medium', 'high'] as const;
export type ModelEffort = (typeof MODEL_EFFORTS)[number];

export interface ModelMaterial {
  subject: string;
  body: string;
  language: string | null;
  taxonomy: Taxonomy;
  passages: readonly Passage[];
  /** The org's own labels, as far as they were learned. */
  predictions: Record<'category' | 'priority' | 'team', { label: string; confidence: number }>;
  /** Belief that the passages hold an answer, 0 to 1. */
  retrievalConfidence: number;
}

/** `refused` and `truncated` are answers too: they were paid for. */
export type StopReason = 'completed' | 'refused' | 'truncated';

export interface ModelAnswer {
  /** The raw output, not looked at. */
  output: string;
  stopReason: StopReason;
  /** What the provider says about a refusal. */
  stopDetail: string | null;
  /** Name of the model that answered, as the provider gives it. */
  model: string;
  usage: TokenUsage;
  /** The provider's own id of the call. */
  providerRequestId: string | null;
}

/**
 * A language model behind its provider's interface. One call is one request: no adapter retries, since retries that
 * nobody sees are paid for and cannot be counted.
 */
export interface LanguageModel {
  readonly provider: string;
  /** False for what answers inside this process: nobody limits it, and it is never away. */
  readonly isRemote: boolean;
  /** The model that is asked unless a prompt version or a request names another. */
  readonly defaultModel: string;
  /** Null where the provider does not answer many questions later at a lower price. */
  readonly messageBatches: MessageBatches | null;
  /**
   * @param signal cancels the request on its way
   * @throws ModelUnavailable where waiting helps
   * @throws DocketError `model.unauthorized` or `model.request_invalid` where it does not
   */
  ask(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer>;
  /**
   * Asks for something that costs nothing, to see whether there is anybody: before the first call to a provider that has
   * failed. Any answer counts that is no fault of the server.
   *
   * @throws ModelUnavailable where it is away
   */
  ping(signal: AbortSignal): Promise<void>;
}

/** What the extractive model writes, so that it goes through the same checks as any other. */
export function toOutput(reply: ModelReply): string {
  return JSON.stringify(reply);
}
