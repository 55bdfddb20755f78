import { describe, expect, it } from '@jest/globals';
import { ApiProblem, DocketClient } from '../../../tools/client/docket-client.ts';
import { preparedServer, type Reply } from '../support/prepared-server.ts';

const server = preparedServer();

async function problemOf(reply: Reply): Promise<ApiProblem> {
  server.replies.push(reply);
  try {
    await new DocketClient(server.url, 'key').request('GET', '/v1/me');
  } catch (error) {
    if (error instanceof ApiProblem) return error;
    throw error;
  }
  throw new Error('the request succeeded');
}

describe('ApiProblem', () => {
  it('carries status, code and words of a problem+json', async () => {
    const body = JSON.stringify({ type: 'about:blank', status: 409, code: 'CONFLICT', detail: 'It exists.' });
    expect(await problemOf({ status: 409, body })).toMatchObject({
      status: 409,
      code: 'CONFLICT',
      message: '409 CONFLICT: It exists.',
    });
  });

  it.each(['<html>Bad gateway</html>', '', 'null', '[]', '{"code":"X"}', '{"code":'])(
    'is raised for an answer that is no problem+json too: %j',
    async (body) => {
      const problem = await problemOf({ status: 502, body });
      expect(problem).toMatchObject({ status: 502, code: 'unknown', message: `502 unknown: ${body}` });
    },
  );

  it('does not repeat a long page', async () => {
    expect((await problemOf({ status: 500, body: 'x'.repeat(10_000) })).message.length).toBeLessThan(250);
  });
});
