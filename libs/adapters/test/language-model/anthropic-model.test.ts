import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AnthropicModel } from '@docket/adapters/language-model/anthropic';
import { ModelUnavailable } from '@docket/adapters/language-model/unavailable';
import { DocketError } from '@docket/domain/errors';
import { AnthropicStandIn, type Turn } from '../../../../test/support/anthropic-stand-in.ts';
import { modelRequest, REPLY } from './requests.ts';

const TEXT = JSON.stringify(REPLY);
const DEADLINE_MS = 400;

describe('Claude', () => {
  let standIn: AnthropicStandIn;
  let model: AnthropicModel;
  let turn: Turn = { kind: 'answer', text: TEXT };
  beforeAll(async () => {
    standIn = await AnthropicStandIn.start(() => turn);
    model = new AnthropicModel({
      apiKey: 'sk-test',
      baseUrl: standIn.url,
      defaultModel: 'claude-sonnet-5-5',
      deadlineMs: DEADLINE_MS,
    });
  });
  afterAll(() => standIn.stop());

  const ask = (next: Turn, signal = new AbortController().signal) => {
    turn = next;
    return model.ask(modelRequest(), signal);
  };
  const failure = (next: Turn): Promise<unknown> => ask(next).catch((error: unknown) => error);

  it('is asked for a schema, with the stable part marked for the cache, and for nothing it refuses', async () => {
    await ask({ kind: 'answer', text: TEXT });
    const { body, headers } = standIn.asked.at(-1) ?? {};
    const { schema } = modelRequest();
    expect(body).toEqual({
      model: 'claude-sonnet-5-5',
      max_tokens: 4_000,
      system: [{ type: 'text', text: 'You prepare support tickets.', cache_control: { type: 'ephemeral' } }],
      messages: [{ role: 'user', content: 'The ticket.' }],
      output_config: { effort: 'low', format: { type: 'json_schema', schema } },
      stream: true,
    });
    expect(headers).toMatchObject({ authorization: 'Bearer sk-test', 'x-stainless-retry-count': '0' });
  });

  it('answers with text, usage by class, the model that answered and the provider’s id', async () => {
    const usage = {
      input_tokens: 7,
      output_tokens: 5,
      cache_creation_input_tokens: 3,
      cache_read_input_tokens: 2,
    };
    expect(await ask({ kind: 'answer', text: TEXT, usage, thinking: 'hm' })).toEqual({
      output: TEXT,
      stopReason: 'completed',
      stopDetail: null,
      model: 'claude-sonnet-5-5',
      usage: { input: 7, output: 5, cacheWrite: 3, cacheRead: 2 },
      providerRequestId: 'req_stand_in',
    });
  });

  it('is asked to mend its answer in the same conversation', async () => {
    turn = { kind: 'answer', text: TEXT };
    const repair = { output: '{"half":', problems: ['The output is not valid JSON.'] };
    await model.ask(modelRequest({ repair }), new AbortController().signal);
    const messages = standIn.asked.at(-1)?.body.messages ?? [];
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(messages[1]?.content).toBe('{"half":');
    expect(messages[2]?.content).toContain('- The output is not valid JSON.');
  });

  it.each([
    [
      { kind: 'refusal', explanation: 'I may not.' },
      { stopReason: 'refused', stopDetail: 'I may not.' },
    ],
    [{ kind: 'answer', text: TEXT.slice(0, 20), stopReason: 'max_tokens' }, { stopReason: 'truncated' }],
  ] as [Turn, object][])('tells a refusal from a truncation: %j', async (next, expected) => {
    expect(await ask(next)).toMatchObject(expected);
  });

  it('takes wrong token counts for none', async () => {
    const usage = { input_tokens: -4, output_tokens: 'many', cache_read_input_tokens: null };
    const { usage: counted } = await ask({ kind: 'answer', text: TEXT, usage });
    expect(counted).toMatchObject({ input: 0, cacheRead: 0 });
    expect(Object.values(counted).every((count) => Number.isSafeInteger(count) && count >= 0)).toBe(true);
  });

  it.each([
    [{ kind: 'error', status: 429, type: 'rate_limit_error', retryAfter: '7' }, 'model.rate_limited', 7],
    [{ kind: 'error', status: 429, type: 'rate_limit_error' }, 'model.rate_limited', 10],
    [{ kind: 'error', status: 529, type: 'overloaded_error', retryAfter: '3600' }, 'model.overloaded', 300],
    [{ kind: 'error', status: 500, type: 'api_error' }, 'model.unavailable', 5],
    [{ kind: 'stream-error', type: 'overloaded_error', text: TEXT }, 'model.overloaded', 10],
    [{ kind: 'hang' }, 'model.timeout', 2],
    [{ kind: 'drip', text: TEXT }, 'model.timeout', 2],
    [{ kind: 'cut', text: TEXT }, 'model.unavailable', 5],
    [{ kind: 'truncated-json', text: TEXT }, 'model.unavailable', 5],
    [{ kind: 'invalid-json' }, 'model.unavailable', 5],
  ] as [Turn, string, number][])('that cannot answer now is waited for: %j', async (next, code, seconds) => {
    const asked = standIn.asked.length;
    const error = await failure(next);
    expect(error).toBeInstanceOf(ModelUnavailable);
    expect(error).toMatchObject({ code, retryAfterSeconds: seconds });
    // The SDK's own retries are off: one question, one request.
    expect(standIn.asked).toHaveLength(asked + 1);
  });

  it.each([
    [401, 'authentication_error', 'model.unauthorized'],
    [403, 'permission_error', 'model.unauthorized'],
    [400, 'invalid_request_error', 'model.request_invalid'],
    [404, 'not_found_error', 'model.request_invalid'],
    [413, 'request_too_large', 'model.request_invalid'],
  ])('that will never answer this is not asked again: %i', async (status, type, code) => {
    const error = await failure({ kind: 'error', status, type });
    expect(error).toBeInstanceOf(DocketError);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).not.toContain('sk-test');
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const asked = ask({ kind: 'hang' }, controller.signal).catch((error: unknown) => error);
    setTimeout(() => controller.abort(), 30);
    expect(await asked).not.toBeInstanceOf(ModelUnavailable);
  });
});
