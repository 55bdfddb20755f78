import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { startApi, type ApiServer } from '../support/api-server.ts';
import { newOrg, type TestOrg } from '../support/people.ts';

let api: ApiServer;
let org: TestOrg;

beforeAll(async () => {
  api = await startApi({ WEBHOOK_SECRET_KEYS: randomBytes(24).toString('hex') });
  org = await newOrg(api);
});

afterAll(() => api.close());

async function create(path: string, body: object, key?: string): Promise<Response> {
  return fetch(`${api.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${org.owner.accessToken}`,
      'content-type': 'application/json',
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    body: JSON.stringify(body),
  });
}

const rule = { name: 'Ingest fails', metric: 'failure_rate', fireAt: 0.2, resolveBelow: 0.1 };
const prompt = { system: 'Sort it.', template: '{{ticket.subject}}', note: 'Shorter.' };

describe('whoever creates something', () => {
  it.each([
    ['/v1/collections', { name: 'handbook' }],
    ['/v1/teams', { name: 'Billing' }],
    ['/v1/api-keys', { name: 'a key', scopes: ['search'] }],
    ['/v1/webhooks', { url: 'https://hooks.example.com/docket', events: ['alert.fired'] }],
    ['/v1/alert-rules', rule],
  ])('is told where it is read from now on: %s', async (path, body) => {
    const created = await create(path, body);
    const { id } = (await created.json()) as { id: string };
    expect({ status: created.status, location: created.headers.get('location') }).toEqual({
      status: 201,
      location: `${path}/${id}`,
    });
    const read = await api.ask('GET', `${path}/${id}`, org.owner.accessToken);
    expect(read).toMatchObject({ status: 200, body: { id } });
  });

  it.each([
    ['/v1/collections', { name: 'manual' }],
    ['/v1/teams', { name: 'Support' }],
    ['/v1/alert-rules', rule],
    ['/v1/prompts/ticket-enrichment/versions', prompt],
  ])('is answered the same when it asks again: %s', async (path, body) => {
    const [first, again] = [await create(path, body, `a-${path}`), await create(path, body, `a-${path}`)];
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(first.headers.get('location')).toMatch(/^\/v1\//);
    expect([again.status, again.headers.get('location'), await again.text()]).toEqual([
      201,
      first.headers.get('location'),
      await first.text(),
    ]);
  });
});
