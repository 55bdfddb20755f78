import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { Operation } from '../../src/access/operation.decorator.ts';
import { Caller, type Principal } from '../../src/access/principal.ts';
import { startApi, type ApiServer } from '../support/api-server.ts';
import { newOrg, type TestOrg } from '../support/people.ts';

/** The next version of `GET /v1/me`, as only this test knows it. */
@Controller('v2/me')
class NextMeController {
  @Get()
  @Operation('getMe', { summary: 'Say who you are, otherwise' })
  get(@Caller() caller: Principal): object {
    return { whoAmI: caller.kind };
  }
}

/** What the old one would be from the day the next is released. */
@Controller('v1/me-that-ends')
class EndingMeController {
  @Get()
  @Operation('getMe', {
    summary: 'Say who you are',
    deprecated: { since: '2026-01-01', sunset: '2027-01-01', successor: '/v2/me' },
  })
  get(@Caller() caller: Principal): object {
    return { kind: caller.kind };
  }
}

let api: ApiServer;
let org: TestOrg;

beforeAll(async () => {
  api = await startApi({}, [NextMeController, EndingMeController]);
  org = await newOrg(api);
});

afterAll(() => api.close());

describe('two versions of an operation', () => {
  it('are served side by side by one process, under the same rules', async () => {
    const [old, next] = await Promise.all(
      ['/v1/me', '/v2/me'].map((path) => api.ask('GET', path, org.owner.accessToken)),
    );
    expect(old).toMatchObject({ status: 200, body: { role: 'owner' } });
    expect(next).toMatchObject({ status: 200, body: { whoAmI: 'user' } });
    expect((await api.ask('GET', '/v2/me')).body).toMatchObject({ status: 401, code: 'auth.required' });
  });

  it('are told apart by who is to end: since when, until when, and where to go, in refusals too', async () => {
    for (const credential of [org.owner.accessToken, null]) {
      const { headers } = await api.ask('GET', '/v1/me-that-ends', credential);
      expect(headers.get('deprecation')).toBe('@1767225600');
      expect(headers.get('sunset')).toBe('Fri, 01 Jan 2027 00:00:00 GMT');
      expect(headers.get('link')).toBe('</v2/me>; rel="successor-version"');
    }
    expect((await api.ask('GET', '/v2/me', org.owner.accessToken)).headers.has('deprecation')).toBe(false);
  });

  it('say in the description which one ends', async () => {
    const { body } = await api.ask('GET', '/openapi.json');
    const paths = body['paths'] as Record<string, { get: { deprecated?: boolean } }>;
    expect(paths['/v1/me-that-ends']?.get.deprecated).toBe(true);
    expect(paths['/v2/me']?.get.deprecated).toBeUndefined();
  });
});

describe('a version that does not exist', () => {
  it('is said to be unknown, whatever the path', async () => {
    expect((await api.ask('GET', '/v3/me', org.owner.accessToken)).body).toMatchObject({
      status: 404,
      code: 'api.version_unknown',
    });
  });
});
