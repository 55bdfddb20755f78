import { expect } from '@jest/globals';

/** An answer as it came, errors included. */
export interface RawAnswer {
  status: number;
  headers: Headers;
  body: unknown;
}

export async function raw(response: Promise<Response>): Promise<RawAnswer> {
  const { status, headers, ...rest } = await response.then(async (answer) => ({
    status: answer.status,
    headers: answer.headers,
    text: await answer.text(),
  }));
  const isJson = headers.get('content-type')?.includes('json') ?? false;
  return { status, headers, body: isJson ? (JSON.parse(rest.text) as unknown) : rest.text };
}

/** Checks that an answer is an RFC 9457 problem with this status and code, and nothing of the inside in it. */
export function expectProblem(answer: RawAnswer, status: number, code: string): void {
  expect({ status: answer.status, body: answer.body }).toMatchObject({ status, body: { code } });
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.body).toMatchObject({
    type: expect.stringContaining(code),
    title: expect.stringMatching(/\S/),
    status,
    detail: expect.stringMatching(/\S/),
    requestId: answer.headers.get('x-request-id'),
  });
  expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|select |insert |\bat \w+ \(/i);
}
