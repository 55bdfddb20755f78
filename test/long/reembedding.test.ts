import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { generatedDocuments } from '../../tools/client/generated-documents.ts';
import { devServer, EndToEnd } from '../end-to-end/support/environment.ts';
import { startEmbeddingServer, type EmbeddingServer } from '../support/embedding-server.ts';
import { until } from '../support/until.ts';

const DIMENSION = 32;
const PATIENCE = 60_000;
const COMMAND = resolve(import.meta.dirname, '../../libs/db/dist/commands/embedding-profile.js');

interface Profile {
  id: string;
  provider: string;
  state: string;
}

describe('the change of the embedder, while documents come in and searches go on', () => {
  let embeddings: EmbeddingServer;
  let on: EndToEnd;
  let profile: string;
  /** Milliseconds the embedder takes for a request: enough to meet it in the middle. */
  let slowness = 0;

  beforeAll(async () => {
    embeddings = await startEmbeddingServer(DIMENSION);
    on = await EndToEnd.open(devServer, {
      overrides: {
        EMBEDDING_PROVIDER: 'openai-compatible',
        EMBEDDING_MODEL: 'letters',
        EMBEDDING_DIMENSION: String(DIMENSION),
        EMBEDDING_URL: embeddings.url,
        EMBEDDING_API_KEY: 'a-key',
        EMBEDDING_BATCH_TEXTS: '4',
      },
    });
    const { database } = on.stack;
    const added = spawnSync(
      process.execPath,
      [COMMAND, 'add', 'openai-compatible', 'letters', String(DIMENSION), '0.3'],
      {
        env: { ...process.env, DATABASE_URL: database.appUrl, DATABASE_ADMIN_URL: database.adminUrl },
        encoding: 'utf8',
      },
    );
    profile = /emb_\w{26}/.exec(added.stdout)?.[0] ?? '';
    expect({ profile, stderr: added.stderr }).toEqual({
      profile: expect.stringMatching(/^emb_/),
      stderr: '',
    });
    embeddings.delayMs = () => slowness;
  }, 120_000);

  afterAll(async () => {
    await on.close();
    await embeddings.close();
  }, 60_000);

  async function act(action: string): Promise<number> {
    const response = await fetch(`${on.api.url}/v1/platform/embedding-profiles/${profile}/${action}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${on.stack.operatorToken}` },
    });
    return response.status;
  }

  async function states(): Promise<Record<string, string>> {
    const response = await fetch(`${on.api.url}/v1/embedding-profiles`, {
      headers: { authorization: `Bearer ${on.apiKey}` },
    });
    const { data } = (await response.json()) as { data: Profile[] };
    return Object.fromEntries(data.map(({ provider, state }) => [provider, state]));
  }

  /** Passages, and vectors per profile. */
  async function counts(): Promise<{ passages: number; hashed: number; letters: number }> {
    const [row] = await on.stack.database.asAdmin<{ passages: number; hashed: number; letters: number }>(
      `select (select count(*)::integer from chunks) as passages,
              (select count(*)::integer from chunk_embeddings where profile_id = 1) as hashed,
              (select count(*)::integer from chunk_embeddings where profile_id = 2) as letters`,
    );
    if (!row) throw new Error('no counts');
    return row;
  }

  async function upload(count: number, name: string): Promise<void> {
    const ids: string[] = [];
    for (const document of generatedDocuments(count, name))
      ids.push((await on.docket.upload(document)).documentId);
    const ended = await Promise.all(ids.map((id) => on.docket.untilEnded(id, 60_000)));
    expect(new Set(ended.map(({ state }) => state))).toEqual(new Set(['indexed']));
  }

  it('answers every search, loses and leaves behind no vector, through a pause, a kill, a switch and the way back', async () => {
    await upload(25, 'before');
    const searching = new AbortController();
    const answers: number[] = [];
    const searches = (async () => {
      while (!searching.signal.aborted)
        answers.push((await on.docket.search('Article 0 of before')).hits.length);
    })();

    slowness = 100;
    expect(await act('activate')).toBe(202);
    await until(
      'some vectors are made',
      async () => (await counts()).letters > 0 && (await states())['openai-compatible'] === 'building',
      PATIENCE,
    );
    expect(await act('pause')).toBe(202);
    await until('it is paused', async () => (await states())['openai-compatible'] === 'paused', PATIENCE);
    const paused = (await counts()).letters;
    expect(paused).toBeLessThan((await counts()).passages);
    await upload(5, 'meanwhile');
    expect(await act('resume')).toBe(202);
    await until('it goes on', async () => (await counts()).letters > paused, PATIENCE);
    await on.worker.kill();
    on.worker = await on.stack.startWorker();
    await upload(5, 'after-the-kill');
    slowness = 0;
    await until('it is active', async () => (await states())['openai-compatible'] === 'active', PATIENCE);
    expect((await states())['hashed']).toBe('standby');
    const { passages, hashed, letters } = await counts();
    expect({ hashed, letters }).toEqual({ hashed: passages, letters: passages });
    expect((await on.docket.search('Article 0 of before')).embedding.model).toBe('letters');

    await upload(5, 'after-the-switch');
    expect(await act('roll-back')).toBe(202);
    await until('hashed is active', async () => (await states())['hashed'] === 'active', PATIENCE);
    await until('no vector is left over', async () => (await counts()).letters === 0, PATIENCE);
    const after = await counts();
    expect(after.hashed).toBe(after.passages);
    expect(await states()).toEqual({ hashed: 'active', 'openai-compatible': 'retired' });

    searching.abort();
    await searches;
    expect(answers.length).toBeGreaterThan(20);
    expect(Math.min(...answers)).toBeGreaterThan(0);
  }, 240_000);

  it('says so when there is no change to act on, and knows no other profile', async () => {
    await until('the change has ended', async () => (await act('pause')) === 409, PATIENCE);
    profile = 'emb_01k0000000e008000000000009';
    expect(await act('activate')).toBe(404);
  }, 60_000);
});
