import type { LanguageModel } from '@docket/adapters/language-model';
import { createModelChain } from '@docket/adapters/language-model/chain';
import type { AnthropicStandIn } from './anthropic-stand-in.ts';

/** The models of a worker that is configured for Anthropic alone, at a stand-in. */
export function anthropicModels({ url }: Pick<AnthropicStandIn, 'url'>): LanguageModel[] {
  return createModelChain({
    MODEL_PROVIDERS: 'anthropic',
    ANTHROPIC_API_KEY: 'sk-of-a-test',
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_MODEL: 'claude-sonnet-5-5',
    MODEL_SERVER_URL: undefined,
    MODEL_SERVER_API_KEY: undefined,
    MODEL_SERVER_MODEL: undefined,
    MODEL_TIMEOUT_SECONDS: 20,
  });
}
