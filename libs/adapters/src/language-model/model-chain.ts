import { AnthropicModel } from './anthropic-model.js';
import { ExtractiveModel } from './extractive-model.js';
import type { LanguageModel } from './language-model.js';
import { OpenAiCompatibleModel } from './openai-compatible-model.js';
import { TracedModel } from './traced-model.js';

/** The part of the configuration that decides which models answer, in which order. */
export interface ModelSettings {
  MODEL_PROVIDERS: string | undefined;
  ANTHROPIC_API_KEY: string | undefined;
  ANTHROPIC_BASE_URL: string | undefined;
  ANTHROPIC_MODEL: string;
  MODEL_SERVER_URL: string | undefined;
  MODEL_SERVER_API_KEY: string | undefined;
  MODEL_SERVER_MODEL: string | undefined;
  MODEL_TIMEOUT_SECONDS: number;
}

/**
 * The configured models, first choice first. Without `MODEL_PROVIDERS` it is Claude where a key is set, and the
 * extractive model where none is: never one behind the other, since an answer of the extractive model in place of
 * Claude's would look like one.
 *
 * @throws Error when a provider is unknown, is named twice, or lacks its settings
 */
export function createModelChain(settings: ModelSettings): LanguageModel[] {
  const chosen = settings.MODEL_PROVIDERS ?? (settings.ANTHROPIC_API_KEY ? 'anthropic' : 'extractive');
  const names = chosen.split(',').map((name) => name.trim());
  if (new Set(names).size !== names.length) throw new Error('MODEL_PROVIDERS names a provider twice');
  if (names.length > 1 && names.includes('extractive'))
    throw new Error('MODEL_PROVIDERS: extractive stands alone; it is never a silent substitute for a model');
  return names.map((name) => new TracedModel(createModel(name, settings)));
}

function createModel(name: string, settings: ModelSettings): LanguageModel {
  const deadlineMs = settings.MODEL_TIMEOUT_SECONDS * 1_000;
  switch (name) {
    case 'anthropic':
      return new AnthropicModel({
        apiKey: required(settings.ANTHROPIC_API_KEY, 'ANTHROPIC_API_KEY', name),
        baseUrl: settings.ANTHROPIC_BASE_URL,
        defaultModel: settings.ANTHROPIC_MODEL,
        deadlineMs,
      });
    case 'openai-compatible':
      return new OpenAiCompatibleModel({
        baseUrl: required(settings.MODEL_SERVER_URL, 'MODEL_SERVER_URL', name),
        apiKey: settings.MODEL_SERVER_API_KEY,
        defaultModel: required(settings.MODEL_SERVER_MODEL, 'MODEL_SERVER_MODEL', name),
        deadlineMs,
      });
    case 'extractive':
      return new ExtractiveModel();
    default:
      throw new Error(
        `MODEL_PROVIDERS: ${name} is unknown; known are anthropic, openai-compatible, extractive`,
      );
  }
}

function required(value: string | undefined, variable: string, provider: string): string {
  if (!value) throw new Error(`${variable} must be set for the provider ${provider}`);
  return value;
}
