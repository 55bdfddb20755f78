import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startApi, type ApiServer } from '../support/api-server.ts';
import { newOrg, type TestOrg } from '../support/people.ts';

let api: ApiServer;
let org: TestOrg;

beforeAll(async () => {
  api = await startApi();
  org = await newOrg(api);
});

afterAll(() => api.close());

const movesOf = (path: string) => api.ask('GET', `/v1/prompts/${path}`, org.owner.accessToken);

it('the moves of a label are none where it never moved, and those of an unknown prompt are not there', async () => {
  expect(await movesOf('ticket-enrichment/labels/candidate')).toMatchObject({
    status: 200,
    body: { data: [] },
  });
  expect(await movesOf('no-such-prompt/labels/candidate')).toMatchObject({
    status: 404,
    body: { code: 'prompt.not_found' },
  });
});
