import { describe, expect, it } from '@jest/globals';
import { createModelChain, type ModelSettings } from '@docket/adapters/language-model/chain';
import { readModelReply } from '@docket/domain/enrichment/model-reply';
import { DEFAULT_TAXONOMY } from '@docket/domain/enrichment/taxonomy';
import { modelRequest } from './requests.ts';

function settings(changes: Partial<ModelSettings> = {}): ModelSettings {
  return {
    MODEL_PROVIDERS: undefined,
    ANTHROPIC_API_KEY: undefined,
    ANTHROPIC_BASE_URL: undefined,
    ANTHROPIC_MODEL: 'claude-sonnet-5-5',
    MODEL_SERVER_URL: undefined,
    MODEL_SERVER_API_KEY: undefined,
    MODEL_SERVER_MODEL: undefined,
    MODEL_TIMEOUT_SECONDS: 10,
    ...changes,
  };
}

const providersOf = (changes: Partial<ModelSettings>): string[] =>
  createModelChain(settings(changes)).map(({ provider }) => provider);

describe('the chain of models', () => {
  it('is Claude with a key, the extractive model without, and what is configured otherwise', () => {
    expect(providersOf({})).toEqual(['extractive']);
    expect(providersOf({ ANTHROPIC_API_KEY: 'k' })).toEqual(['anthropic']);
    expect(
      providersOf({
        MODEL_PROVIDERS: 'openai-compatible, anthropic',
        ANTHROPIC_API_KEY: 'k',
        MODEL_SERVER_URL: 'http://127.0.0.1:1/v1',
        MODEL_SERVER_MODEL: 'm',
      }),
    ).toEqual(['openai-compatible', 'anthropic']);
  });

  it('offers message batches where its first model has them, through whatever is wrapped around it', () => {
    const [claude] = createModelChain(settings({ ANTHROPIC_API_KEY: 'k' }));
    expect(claude?.messageBatches).not.toBeNull();
    const [extractive] = createModelChain(settings());
    expect(extractive?.messageBatches).toBeNull();
  });

  it.each([
    [{ MODEL_PROVIDERS: 'anthropic' }, /ANTHROPIC_API_KEY/],
    [{ MODEL_PROVIDERS: 'openai-compatible' }, /MODEL_SERVER_URL/],
    [{ MODEL_PROVIDERS: 'oracle' }, /oracle is unknown/],
    [{ MODEL_PROVIDERS: 'extractive,extractive' }, /twice/],
    // An answer of the extractive model in place of Claude's would look like Claude's.
    [{ MODEL_PROVIDERS: 'anthropic,extractive', ANTHROPIC_API_KEY: 'k' }, /extractive stands alone/],
  ])('is refused with what to set: %j', (changes, message) => {
    expect(() => createModelChain(settings(changes))).toThrow(message);
  });
});

describe('the extractive model', () => {
  const ask = async (changes: Parameters<typeof modelRequest>[0] = {}) => {
    const [model] = createModelChain(settings());
    const answer = await model?.ask(modelRequest(changes), new AbortController().signal);
    const read = readModelReply(answer?.output ?? '', DEFAULT_TAXONOMY);
    if (!read.ok) throw new Error(read.problems.join(' '));
    return read.reply;
  };

  it('replies with quotes, keeps to the schema, and costs nothing', async () => {
    expect(await ask()).toMatchObject({
      answerable: true,
      category: 'question',
      citations: [{ marker: 1, passage: 'P1', quote: 'The payroll export runs every night at 02:00.' }],
    });
    expect(await ask()).toEqual(await ask());
  });

  it('says that it does not know where retrieval is in doubt', async () => {
    const { material } = modelRequest();
    const unsure = await ask({ material: { ...material, retrievalConfidence: 0.1 } });
    expect(unsure).toMatchObject({ answerable: false, reply: null, citations: [] });
  });
});
