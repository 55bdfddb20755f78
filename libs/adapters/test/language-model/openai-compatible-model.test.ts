import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OpenAiCompatibleModel } from '@docket/adapters/language-model/openai-compatible';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { modelRequest } from './requests.ts';

interface Scripted {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

const CHOICE = { finish_reason: 'stop', message: { role: 'assistant', content: '{"a":1}' } };

describe('an OpenAI-compatible server', () => {
  let server: Server;
  let model: OpenAiCompatibleModel;
  let scripted: Scripted = { status: 200, body: {} };
  let asked: { path: string | undefined; authorization: string | undefined; body: Record<string, unknown> };
  beforeAll(async () => {
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        const { authorization } = request.headers;
        asked = { path: request.url, authorization, body: JSON.parse(text) as Record<string, unknown> };
        response.writeHead(scripted.status, { 'content-type': 'application/json', ...scripted.headers });
        response.end(typeof scripted.body === 'string' ? scripted.body : JSON.stringify(scripted.body));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    model = new OpenAiCompatibleModel({
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`,
      apiKey: 'local-key',
      defaultModel: 'some-model',
      deadlineMs: 2_000,
    });
  });
  afterAll(() => {
    server.close();
  });

  const ask = (next: Scripted) => {
    scripted = next;
    return model.ask(modelRequest({ model: 'some-model' }), new AbortController().signal);
  };

  it('is asked for the schema and its answer is read, cached tokens apart', async () => {
    const usage = { prompt_tokens: 100, completion_tokens: 20, prompt_tokens_details: { cached_tokens: 60 } };
    const answer = await ask({ status: 200, body: { id: 'x1', model: 'm', choices: [CHOICE], usage } });
    expect(answer).toMatchObject({
      output: '{"a":1}',
      stopReason: 'completed',
      model: 'm',
      usage: { input: 40, cacheRead: 60, output: 20, cacheWrite: 0 },
    });
    expect(asked).toMatchObject({
      path: '/v1/chat/completions',
      authorization: 'Bearer local-key',
      body: { model: 'some-model', response_format: { type: 'json_schema', json_schema: { strict: true } } },
    });
  });

  it.each([
    [{ ...CHOICE, finish_reason: 'length' }, 'truncated'],
    [{ ...CHOICE, finish_reason: 'content_filter' }, 'refused'],
    [{ ...CHOICE, message: { content: null, refusal: 'no' } }, 'refused'],
  ])('tells a refusal from a truncation', async (choice, stopReason) => {
    expect(await ask({ status: 200, body: { choices: [choice] } })).toMatchObject({ stopReason });
  });

  it.each([
    [
      { status: 429, body: {}, headers: { 'retry-after': '9' } },
      { code: 'model.rate_limited', retryAfterSeconds: 9 },
    ],
    [{ status: 503, body: {} }, { code: 'model.overloaded' }],
    [{ status: 500, body: {} }, { code: 'model.unavailable' }],
    [{ status: 200, body: '<html>' }, { code: 'model.unavailable' }],
    [{ status: 200, body: { choices: [] } }, { code: 'model.unavailable' }],
    [{ status: 401, body: {} }, { code: 'model.unauthorized' }],
    [{ status: 404, body: {} }, { code: 'model.request_invalid' }],
  ] as [Scripted, object][])('has its errors told apart: %j', async (next, expected) => {
    await expect(ask(next)).rejects.toMatchObject(expected);
  });
});
