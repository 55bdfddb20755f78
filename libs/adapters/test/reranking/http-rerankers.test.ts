import type { Reranker } from '@docket/adapters/reranking';
import { configuredReranker, type RerankSettings } from '@docket/adapters/reranking/configured';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  scoredBestFirst,
  sendJson,
  startRerankServer,
  type RerankServer,
} from '../../../../test/support/rerank-server.ts';

const TIMEOUT_MS = 2_000;

let server: RerankServer;

beforeAll(async () => {
  server = await startRerankServer();
});

afterEach(() => {
  server.trouble = () => false;
  server.requests.length = 0;
});

afterAll(() => server.close());

/** A new one each time: none rests because of another's failure. */
function reranker(changes: Partial<RerankSettings> = {}): Reranker {
  const made = configuredReranker({
    RERANK_PROVIDER: 'voyage',
    RERANK_MODEL: 'some-model',
    RERANK_URL: server.url,
    RERANK_API_KEY: 'a-key',
    RERANK_TIMEOUT_MS: TIMEOUT_MS,
    ...changes,
  });
  if (!made) throw new Error('no reranker is configured');
  return made;
}

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (error: unknown) => error,
  );
}

function answers(body: unknown, status = 200, headers: Record<string, string> = {}): void {
  server.trouble = (_, response) => {
    sendJson(response, status, body, headers);
    return true;
  };
}

describe.each([
  ['voyage', 'data', { truncation: true }],
  ['cohere', 'results', { top_n: 3 }],
] as const)('%s', (provider, field, asked) => {
  const settings = { RERANK_PROVIDER: provider };
  const texts = ['aa', 'a', 'aaaa'];

  it('judges all texts in one request, and gives the scores in the order of the texts', async () => {
    expect(await reranker(settings).rerank('question', texts)).toEqual([0.5, 0.25, 1]);
    expect(server.requests).toEqual([
      {
        path: '/v1/rerank',
        authorization: 'Bearer a-key',
        body: { model: 'some-model', query: 'question', documents: texts, ...asked },
      },
    ]);
  });

  it('asks nothing about no texts', async () => {
    expect(await reranker(settings).rerank('question', [])).toEqual([]);
    expect(server.requests).toEqual([]);
  });

  it.each([
    ['one text less than it was sent', scoredBestFirst(texts).slice(1)],
    [
      'one text twice and another not',
      [...scoredBestFirst(texts).slice(1), { index: 0, relevance_score: 1 }],
    ],
    ['one text more', [...scoredBestFirst(texts), { index: 3, relevance_score: 1 }]],
    ['a text that nobody sent', scoredBestFirst(texts).map((each) => ({ ...each, index: each.index + 1 }))],
    ['no number as a score', scoredBestFirst(texts).map((each) => ({ ...each, relevance_score: 'high' }))],
  ])('gives no half judgement: %s', async (_, scored) => {
    answers({ [field]: scored });
    expect(await failure(reranker(settings).rerank('question', texts))).toMatchObject({
      name: 'RerankerUnavailable',
      trouble: 'answer_invalid',
    });
  });

  it('says that its key is wrong, and how to mend it', async () => {
    answers({ detail: 'no' }, 401);
    expect(await failure(reranker(settings).rerank('question', texts))).toMatchObject({
      trouble: 'refused',
      message: expect.stringContaining('RERANK_API_KEY'),
    });
  });
});

describe('a reranker over HTTP', () => {
  it.each([
    [429, 'rate_limited'],
    [503, 'unreachable'],
  ])('that answers with status %d names the time after which to come back', async (status, trouble) => {
    answers({}, status, { 'retry-after': '17' });
    expect(await failure(reranker().rerank('q', ['a']))).toMatchObject({ trouble, retryAfterSeconds: 17 });
  });

  it('that does not answer in time, or is not there, is given up', async () => {
    server.trouble = () => true;
    expect(await failure(reranker({ RERANK_TIMEOUT_MS: 50 }).rerank('q', ['a']))).toMatchObject({
      trouble: 'timeout',
      message: expect.stringContaining('50 ms'),
    });
    const nowhere = reranker({ RERANK_URL: 'http://127.0.0.1:1' });
    expect(await failure(nowhere.rerank('q', ['a']))).toMatchObject({ trouble: 'unreachable' });
  });

  it('that answers in no JSON, or refuses what it was sent, is given up', async () => {
    server.trouble = (_, response) => {
      response.writeHead(200).end('<html>');
      return true;
    };
    expect(await failure(reranker().rerank('q', ['a']))).toMatchObject({ trouble: 'answer_invalid' });
    answers({ detail: 'no such model' }, 400);
    expect(await failure(reranker().rerank('q', ['a']))).toMatchObject({
      trouble: 'refused',
      message: expect.stringContaining('no such model'),
    });
  });

  it('never follows a redirect with its key', async () => {
    server.trouble = (_, response) => {
      response.writeHead(307, { location: `${server.url}/elsewhere` }).end();
      return true;
    };
    expect(await failure(reranker().rerank('q', ['a']))).toMatchObject({ trouble: 'unreachable' });
    expect(server.requests).toHaveLength(1);
  });
});

describe('the configured reranker', () => {
  it('is none by default', () => {
    expect(configuredReranker({ RERANK_PROVIDER: 'none', RERANK_TIMEOUT_MS: 1 })).toBeNull();
  });

  it('names the variable that is missing', () => {
    expect(() => reranker({ RERANK_MODEL: undefined })).toThrow(/RERANK_MODEL/);
  });
});
