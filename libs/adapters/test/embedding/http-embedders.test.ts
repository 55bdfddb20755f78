import { EmbedderUnavailable } from '@docket/adapters/embedding/unavailable';
import { ConfiguredEmbedders, type EmbeddingSettings } from '@docket/adapters/embedding/configured';
import type { Embedder } from '@docket/adapters/embedding';
import { DocketError } from '@docket/domain/errors';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  answerTo,
  sendJson,
  startEmbeddingServer,
  type EmbeddingServer,
  type Trouble,
} from '../../../../test/support/embedding-server.ts';

const DIMENSION = 8;
const TIMEOUT_MS = 2_000;

let server: EmbeddingServer;

beforeAll(async () => {
  server = await startEmbeddingServer(DIMENSION);
});

afterEach(() => {
  server.trouble = () => false;
  server.requests.length = 0;
});

afterAll(() => server.close());

function embedder(changes: Partial<EmbeddingSettings> = {}, timeoutMs = TIMEOUT_MS): Embedder {
  const settings: EmbeddingSettings = {
    EMBEDDING_PROVIDER: 'voyage',
    EMBEDDING_MODEL: 'some-model',
    EMBEDDING_DIMENSION: DIMENSION,
    EMBEDDING_URL: server.url,
    EMBEDDING_API_KEY: 'a-key',
    EMBEDDING_BATCH_TEXTS: 3,
    ...changes,
  };
  const { EMBEDDING_PROVIDER: provider, EMBEDDING_DIMENSION: dimension } = settings;
  return new ConfiguredEmbedders(settings, timeoutMs).for({ provider, model: 'some-model', dimension });
}

/** Does something to the first request alone. */
function once(trouble: Trouble): Trouble {
  let done = false;
  return (request, response) => {
    if (done) return false;
    done = true;
    return trouble(request, response);
  };
}

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (error: unknown) => error,
  );
}

describe.each(['voyage', 'openai-compatible'] as const)('%s', (provider) => {
  it('gives one vector of length one per text, in order, over as many requests as that takes', async () => {
    const texts = ['aaa', 'bbb', 'ccc', 'ddd', 'aaa', 'fff', 'ggg'];
    const vectors = await embedder({ EMBEDDING_PROVIDER: provider }).embed(texts, 'passage');
    expect(server.requests.map(({ body }) => body.input.length)).toEqual([3, 3, 1]);
    expect(vectors).toHaveLength(texts.length);
    expect(vectors[4]).toEqual(vectors[0]);
    expect(vectors[1]).not.toEqual(vectors[0]);
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1);
    expect(server.requests[0]).toMatchObject({ path: '/v1/embeddings', authorization: 'Bearer a-key' });
  });

  it.each([429, 503, 529])(
    'waits as long as the provider says when it answers with status %d',
    async (status) => {
      server.trouble = (_, response) => {
        sendJson(response, status, {}, { 'retry-after': '17' });
        return true;
      };
      const error = await failure(embedder({ EMBEDDING_PROVIDER: provider }).embed(['a'], 'passage'));
      expect(error).toBeInstanceOf(EmbedderUnavailable);
      expect(error).toMatchObject({ retryAfterSeconds: 17 });
    },
  );

  it('says in one final error that its key is wrong, and how to mend it', async () => {
    server.trouble = (_, response) => {
      sendJson(response, 401, { error: 'no' });
      return true;
    };
    const error = await failure(embedder({ EMBEDDING_PROVIDER: provider }).embed(['a', 'b'], 'passage'));
    expect(error).toBeInstanceOf(DocketError);
    expect(error).toMatchObject({
      code: 'embedding.rejected',
      message: expect.stringContaining('EMBEDDING_API_KEY'),
    });
    expect(server.requests).toHaveLength(1);
  });
});

describe('Voyage AI', () => {
  it('is told what a text is for', async () => {
    await embedder().embed(['a'], 'passage');
    await embedder().embed(['a'], 'query');
    expect(server.requests.map(({ body }) => body.input_type)).toEqual(['document', 'query']);
    expect(server.requests[0]?.body).toMatchObject({ model: 'some-model', output_dimension: DIMENSION });
  });
});

describe('an embedder over HTTP', () => {
  it('asks once more for the texts that an answer leaves out, and for those alone', async () => {
    server.trouble = once((request, response) => {
      const answer = answerTo(request, DIMENSION);
      sendJson(response, 200, { ...answer, data: answer.data.filter(({ index }) => index !== 1).reverse() });
      return true;
    });
    const [first, second, third] = await embedder().embed(['aa', 'bb', 'cc'], 'passage');
    expect(server.requests.map(({ body }) => body.input)).toEqual([['aa', 'bb', 'cc'], ['bb']]);
    expect([first, second, third]).toEqual(await embedder().embed(['aa', 'bb', 'cc'], 'passage'));
  });

  it('waits for a provider that goes on leaving a text out', async () => {
    server.trouble = (_, response) => {
      sendJson(response, 200, { data: [] });
      return true;
    };
    expect(await failure(embedder().embed(['a'], 'passage'))).toBeInstanceOf(EmbedderUnavailable);
  });

  it('refuses vectors of another dimension than the profile has, naming both', async () => {
    const error = await failure(embedder({ EMBEDDING_DIMENSION: 16 }).embed(['a'], 'passage'));
    expect(error).toMatchObject({
      code: 'embedding.rejected',
      message: expect.stringMatching(/8 dimensions, the profile has 16/),
    });
  });

  it('waits for a provider that does not answer in time, and for one that is not there', async () => {
    server.trouble = () => true;
    expect(await failure(embedder({}, 50).embed(['a'], 'query'))).toMatchObject({
      name: 'EmbedderUnavailable',
      message: expect.stringContaining('50 ms'),
    });
    const nowhere = embedder({ EMBEDDING_URL: 'http://127.0.0.1:1' });
    expect(await failure(nowhere.embed(['a'], 'query'))).toBeInstanceOf(EmbedderUnavailable);
  });

  it('halves a request that is too large until it fits, and refuses a single text that never does', async () => {
    server.trouble = ({ body }, response) => {
      if (body.input.length < 2 && body.input[0] !== 'huge') return false;
      sendJson(response, 413, {});
      return true;
    };
    expect(await embedder().embed(['a', 'b', 'c'], 'passage')).toHaveLength(3);
    expect(await failure(embedder().embed(['huge'], 'passage'))).toMatchObject({
      code: 'embedding.rejected',
    });
  });

  it.each([
    ['no JSON', (r: Parameters<Trouble>[1]) => r.writeHead(200).end('<html>')],
    ['another form', (r: Parameters<Trouble>[1]) => sendJson(r, 200, { vectors: [] })],
  ])('waits for a provider that answers in %s', async (_, send) => {
    server.trouble = (__, response) => {
      send(response);
      return true;
    };
    expect(await failure(embedder().embed(['a'], 'passage'))).toBeInstanceOf(EmbedderUnavailable);
  });

  it('never follows a redirect with its key', async () => {
    server.trouble = once((_, response) => {
      response.writeHead(307, { location: `${server.url}/elsewhere` }).end();
      return true;
    });
    expect(await failure(embedder().embed(['a'], 'passage'))).toBeInstanceOf(EmbedderUnavailable);
    expect(server.requests).toHaveLength(1);
  });

  it('has a vector for a text without words', async () => {
    expect(await embedder().embed(['', '  '], 'passage')).toHaveLength(2);
  });
});

describe('the configured embedders', () => {
  it('refuse a profile they are not configured for, and say what to set', () => {
    const settings = {
      EMBEDDING_PROVIDER: 'hashed',
      EMBEDDING_DIMENSION: 8,
      EMBEDDING_BATCH_TEXTS: 1,
    } as const;
    const embedders = new ConfiguredEmbedders(settings, 1_000);
    expect(() => embedders.for({ provider: 'voyage', model: 'm', dimension: 8 })).toThrow(
      /EMBEDDING_PROVIDER/,
    );
    expect(
      embedders.find({ provider: 'hashed', model: 'hashed-character-ngrams-2048', dimension: 2_048 }),
    ).not.toBeNull();
  });

  it.each([
    [{ EMBEDDING_MODEL: undefined }, /EMBEDDING_MODEL/],
    [{ EMBEDDING_PROVIDER: 'openai-compatible', EMBEDDING_URL: undefined }, /EMBEDDING_URL/],
  ] as const)('name the variable that is missing', (changes, variable) => {
    expect(() => embedder(changes)).toThrow(variable);
  });
});
