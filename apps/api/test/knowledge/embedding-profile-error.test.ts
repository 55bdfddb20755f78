import { EmbeddingProfiles } from '@docket/db/embedding-profiles';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startApi, type ApiServer } from '../support/api-server.ts';
import { newOrg, successful, type TestOrg } from '../support/people.ts';

let api: ApiServer;
let org: TestOrg;
let profiles: EmbeddingProfiles;

beforeAll(async () => {
  api = await startApi();
  org = await newOrg(api);
  profiles = new EmbeddingProfiles(api.database.dataSource);
  await api.database.asAdmin(
    `insert into embedding_profiles (id, public_id, provider, model, dimension, state)
     values (2, gen_random_uuid(), 'voyage', 'voyage-3.5', 1024, 'building')`,
  );
});

afterAll(() => api.close());

async function listed(): Promise<unknown> {
  const body = successful(await api.ask('GET', '/v1/embedding-profiles', org.owner.accessToken));
  return (body as { data: unknown[] }).data[1];
}

it('a profile whose change paused by itself says so without the words of the embedder, until it goes on', async () => {
  expect(await listed()).toMatchObject({ state: 'building', error: null });
  const error = { code: 'embedding.rejected', message: 'It refused "a sentence of somebody else".' };
  expect(await profiles.move(2, ['building'], 'paused', error)).toBe(true);
  expect(await listed()).toMatchObject({
    state: 'paused',
    error: { code: 'embedding.rejected', message: 'The embedder refused the request.' },
  });
  expect((await profiles.list())[1]).toMatchObject({ error });
  expect(await profiles.move(2, ['paused'], 'building')).toBe(true);
  expect(await listed()).toMatchObject({ state: 'building', error: null });
});
