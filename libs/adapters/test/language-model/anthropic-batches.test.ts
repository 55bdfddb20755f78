import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AnthropicModel } from '@docket/adapters/language-model/anthropic';
import { UnclearSubmission, type MessageBatches } from '@docket/adapters/language-model/batches';
import { ModelUnavailable } from '@docket/adapters/language-model/unavailable';
import { DocketError } from '@docket/domain/errors';
import type { Fate } from '../../../../test/support/anthropic-batches-stand-in.ts';
import { AnthropicStandIn } from '../../../../test/support/anthropic-stand-in.ts';
import { modelRequest, REPLY } from './requests.ts';

const TEXT = JSON.stringify(REPLY);
const { signal } = new AbortController();
const LONG_AGO = new Date(0);

const questions = (...ids: string[]) => ids.map((customId) => ({ customId, request: modelRequest() }));

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('Claude’s message batches', () => {
  let standIn: AnthropicStandIn;
  let batches: MessageBatches;
  beforeAll(async () => {
    standIn = await AnthropicStandIn.start(() => ({ kind: 'answer', text: TEXT }));
    batches = new AnthropicModel({
      apiKey: 'sk-test',
      baseUrl: standIn.url,
      defaultModel: 'claude-sonnet-5-5',
      deadlineMs: 2_000,
    }).messageBatches;
  });
  afterAll(() => standIn.stop());

  it('take questions as single ones are asked, but for the stream', async () => {
    await batches.submit(questions('enr_1'), signal);
    const { custom_id, params } = standIn.batches.made.at(-1)?.questions[0] ?? {};
    expect(custom_id).toBe('enr_1');
    expect(params).toMatchObject({ model: 'claude-sonnet-5-5', max_tokens: 4_000 });
    expect(params?.system[0]).toMatchObject({ cache_control: { type: 'ephemeral' } });
    expect(params).not.toHaveProperty('stream');
  });

  it('answer in any order, and say of each question what became of it', async () => {
    const fates: Fate[] = ['succeeded', 'errored', 'expired', 'canceled'];
    const id = await batches.submit(questions(...fates), signal);
    standIn.batches.fateOf = (_, customId) => customId as Fate;
    expect(await batches.find(id, signal)).toEqual({ id, requests: 4, hasEnded: true });
    const results = await all(batches.results(id, signal));
    expect(results.map(({ customId }) => customId)).toEqual(fates.toReversed());
    expect(results.map(({ result }) => result.kind)).toEqual(['canceled', 'expired', 'errored', 'answered']);
    expect(results.at(-1)?.result).toMatchObject({
      answer: { output: TEXT, stopReason: 'completed', usage: { input: 1_000, output: 200 } },
    });
  });

  it('that break off in the middle of a line give what came before it, and then fail as what can be read again', async () => {
    standIn.batches.fateOf = () => 'succeeded';
    const id = await batches.submit(questions('a', 'b', 'c'), signal);
    await batches.find(id, signal);
    standIn.batches.cuts = { times: 1, afterLines: 2 };
    const read: string[] = [];
    const reading = (async () => {
      for await (const { customId } of batches.results(id, signal)) read.push(customId);
    })();
    await expect(reading).rejects.toThrow(ModelUnavailable);
    expect(read).toEqual(['c', 'b']);
    expect(await all(batches.results(id, signal))).toHaveLength(3);
  });

  it.each([500, 503, 504])('may have been accepted when the answer is %d', async (status) => {
    standIn.batches.receptions.push({ status, type: 'api_error' });
    await expect(batches.submit(questions('a'), signal)).rejects.toThrow(UnclearSubmission);
  });

  it.each([429, 529])('were not accepted when the answer is %d', async (status) => {
    standIn.batches.receptions.push({ status, type: 'rate_limit_error' });
    const refusal = await batches.submit(questions('a'), signal).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ModelUnavailable);
    expect(refusal).not.toBeInstanceOf(UnclearSubmission);
  });

  it('are refused for good when the request is wrong, and when they are gone', async () => {
    standIn.batches.receptions.push({ status: 400, type: 'invalid_request_error' });
    await expect(batches.submit(questions('a'), signal)).rejects.toThrow(DocketError);
    await expect(batches.find('msgbatch_gone', signal)).rejects.toMatchObject({
      code: 'model.request_invalid',
    });
  });

  it('are listed newest first over all pages, back to a time and not further', async () => {
    const before = standIn.batches.made.length;
    for (let more = 0; more < 120; more += 1) await batches.submit(questions('x'), signal);
    const listed = await all(batches.recent(LONG_AGO, signal));
    expect(listed).toHaveLength(before + 120);
    expect(listed[0]?.id).toBe(standIn.batches.made.at(-1)?.id);
    expect(await all(batches.recent(new Date(Date.now() + 60_000), signal))).toEqual([]);
  });

  it('that are cancelled end with what was not answered cancelled', async () => {
    standIn.batches.isInProgress = () => true;
    const id = await batches.submit(questions('a'), signal);
    expect(await batches.find(id, signal)).toMatchObject({ hasEnded: false });
    await batches.cancel(id, signal);
    expect(await batches.find(id, signal)).toMatchObject({ hasEnded: true });
    expect(await all(batches.results(id, signal))).toMatchObject([{ result: { kind: 'canceled' } }]);
  });
});
