import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { sendJson, startRerankServer, type RerankServer } from '../../../../test/support/rerank-server.ts';
import { storeFile } from '../../../../test/support/searchable-file.ts';
import { startApi, type Answer, type ApiServer } from '../support/api-server.ts';
import { newKey, newOrg } from '../support/people.ts';

jest.setTimeout(60_000);

const TIMEOUT_MS = 300;
/** The stand-in prefers what is longest; by words the shortest is best, for its share of them. */
const NOTES = [
  'Exports run at night.',
  'Exports run at night, one after the other.',
  'Exports run at night, one after the other, and each leaves a line in the log of the server.',
];

let server: RerankServer;
/** The first of this process, and so the one that its metrics are read from. */
let first: ApiServer;
let open: ApiServer[] = [];

beforeAll(async () => {
  server = await startRerankServer();
  first = await startApi();
});

afterEach(async () => {
  server.trouble = () => false;
  server.requests.length = 0;
  for (const api of open) await api.close();
  open = [];
});

afterAll(async () => {
  await first.close();
  await server.close();
});

/** An API of its own for each test: one that rests is none for the next. Its organisation has the notes. */
async function searching(
  overrides: Record<string, string> = {},
): Promise<(body?: Record<string, unknown>) => Promise<Answer>> {
  const api = await startApi({
    RERANK_PROVIDER: 'voyage',
    RERANK_MODEL: 'some-model',
    RERANK_URL: server.url,
    RERANK_API_KEY: 'a-key',
    RERANK_TIMEOUT_MS: String(TIMEOUT_MS),
    ...overrides,
  });
  open.push(api);
  const org = await newOrg(api);
  const { key } = await newKey(api, org, ['search']);
  const orgId = await idOf(api);
  for (const [index, text] of NOTES.entries())
    await storeFile(api.database.tenants, orgId, {
      fileName: `note-${index}.md`,
      mediaType: 'text/markdown',
      bytes: Buffer.from(text),
    });
  return (body = {}) => api.ask('POST', '/v1/search', key, { query: 'exports at night', ...body });
}

async function idOf(api: ApiServer): Promise<string> {
  const [row] = await api.database.asAdmin<{ id: string }>('select id from orgs');
  if (!row) throw new Error('there is no organisation');
  return row.id;
}

function texts({ body }: Answer): string[] {
  return (body['hits'] as { text: string }[]).map(({ text }) => text);
}

describe('a search with a reranker', () => {
  it.each(['voyage', 'cohere'])('of %s stands in its order, with its scores', async (provider) => {
    const search = await searching({ RERANK_PROVIDER: provider });
    const plain = await search({ rerank: false });
    expect(plain.body['reranking']).toBeNull();
    expect(server.requests).toHaveLength(0);
    const answer = await search();
    expect(texts(answer)).toEqual([...NOTES].reverse());
    expect(texts(answer)).not.toEqual(texts(plain));
    expect(answer.body['hits']).toMatchObject([{ score: 1 }, {}, {}]);
    expect(answer.body['reranking']).toEqual({
      provider,
      model: 'some-model',
      applied: true,
      trouble: null,
    });
  });

  it('has more passages judged than it shows, with their titles', async () => {
    const search = await searching();
    expect(texts(await search({ limit: 1 }))).toEqual([NOTES[2]]);
    expect(server.requests[0]?.body.query).toBe('exports at night');
    expect(server.requests[0]?.body.documents.toSorted()).toEqual(
      NOTES.map((text, index) => `note-${index}.md\n${text}`),
    );
  });

  it.each([
    ['limits the rate', 'rate_limited', 429, {}],
    ['refuses the key', 'refused', 401, {}],
    ['is overloaded', 'unreachable', 503, {}],
    ['judges one text too few', 'answer_invalid', 200, { data: [{ index: 0, relevance_score: 1 }] }],
  ])('that %s answers in the order it has without it, and says so', async (_, trouble, status, body) => {
    const search = await searching();
    const plain = await search({ rerank: false });
    server.trouble = (__, response) => {
      sendJson(response, status, body);
      return true;
    };
    const answer = await search();
    expect(answer.status).toBe(200);
    expect(texts(answer)).toEqual(texts(plain));
    expect(answer.body['reranking']).toMatchObject({ applied: false, trouble });
  });

  it('that does not answer costs one search its deadline, and those after it nothing', async () => {
    const search = await searching();
    server.trouble = () => true;
    const late = await search();
    expect(late.status).toBe(200);
    expect(late.body['reranking']).toMatchObject({ applied: false, trouble: 'timeout' });
    expect(late.body['tookMs']).toBeGreaterThanOrEqual(TIMEOUT_MS - 10);
    const next = await search();
    expect(texts(next)).toEqual(texts(late));
    expect(next.body['reranking']).toMatchObject({ applied: false, trouble: 'resting' });
    expect(server.requests).toHaveLength(1);
  });

  it('counts what became of each judgement', async () => {
    const search = await searching();
    const before = [await counted('applied'), await counted('timeout')];
    await search();
    server.trouble = () => true;
    await search();
    expect([await counted('applied'), await counted('timeout')]).toEqual(before.map((count) => count + 1));
  });
});

/** Judgements with this outcome since the process began. */
async function counted(outcome: string): Promise<number> {
  const metrics = await (await fetch(`${first.url}/metrics`)).text();
  const line = new RegExp(`docket_rerank_duration_seconds_count\\{outcome="${outcome}"\\} (\\d+)`);
  return Number(line.exec(metrics)?.[1] ?? 0);
}

describe('a search without a reranker', () => {
  it('says that there is none', async () => {
    const search = await searching({ RERANK_PROVIDER: 'none' });
    expect((await search()).body['reranking']).toBeNull();
  });
});
