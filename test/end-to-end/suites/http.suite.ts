import { describe, expect, it } from '@jest/globals';
import { ended, ingest, markdown, type Page } from '../support/documents.ts';
import type { EndToEnd } from '../support/environment.ts';
import { expectProblem, raw, type RawAnswer } from '../support/problems.ts';

function ask(
  on: EndToEnd,
  method: string,
  path: string,
  body?: unknown,
  apiKey = on.apiKey,
): Promise<RawAnswer> {
  return raw(
    fetch(`${on.api.url}${path}`, {
      method,
      headers: {
        ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    }),
  );
}

export function runHttpSuite(on: () => EndToEnd): void {
  describe('a request is refused', () => {
    const announcement = {
      fileName: 'a.md',
      mediaType: 'text/markdown',
      sizeBytes: 3,
      sha256: 'a'.repeat(64),
    };

    it.each([
      ['an unknown field', { ...announcement, colour: 'red' }, 'colour', 'unknown_field'],
      ['a missing field', { ...announcement, sha256: undefined }, 'sha256', 'matches'],
      ['a field of the wrong type', { ...announcement, sizeBytes: 'three' }, 'sizeBytes', 'is_int'],
      ['metadata that is no text', { ...announcement, metadata: { shelf: 7 } }, 'metadata', 'is_metadata'],
    ])('for %s, with its path', async (_what, body, path, code) => {
      const answer = await ask(on(), 'POST', '/v1/uploads', body);
      expectProblem(answer, 400, 'request.invalid');
      expect(answer.body).toMatchObject({ errors: [{ path, code, message: expect.stringMatching(/\S/) }] });
    });

    it('for an unknown field inside another, with the whole path', async () => {
      const answer = await ask(on(), 'POST', '/v1/search', { query: 'x', filter: { colour: 'red' } });
      expectProblem(answer, 400, 'request.invalid');
      expect(answer.body).toMatchObject({ errors: [{ path: 'filter.colour', code: 'unknown_field' }] });
    });

    it.each([
      ['another API version', 'GET', '/v2/documents', undefined, 404, 'api.version_unknown'],
      ['an unknown route', 'GET', '/v1/nowhere', undefined, 404, 'route.not_found'],
      ['a body that is no JSON', 'POST', '/v1/uploads', '{', 400, 'request.malformed'],
      [
        'an unknown id',
        'GET',
        '/v1/documents/doc_01k8m3zq4yfk5tx2w7c9v1b6ng',
        undefined,
        404,
        'document.not_found',
      ],
      ['an id that is none', 'GET', '/v1/runs/17', undefined, 404, 'run.not_found'],
      [
        'an unsupported type',
        'POST',
        '/v1/uploads',
        { ...announcement, mediaType: 'video/mp4' },
        422,
        'document.type_unsupported',
      ],
      [
        'too large a file',
        'POST',
        '/v1/uploads',
        { ...announcement, sizeBytes: 60_000_000 },
        413,
        'document.too_large',
      ],
      [
        'an empty text',
        'POST',
        '/v1/documents',
        { title: 'x', text: ' ', mediaType: 'text/plain' },
        422,
        'document.empty',
      ],
      ['a made-up cursor', 'GET', '/v1/documents?cursor=abc', undefined, 400, 'cursor.invalid'],
      ['too long a page', 'GET', '/v1/documents?limit=201', undefined, 400, 'request.invalid'],
      ['an empty page', 'GET', '/v1/documents?limit=0', undefined, 400, 'request.invalid'],
    ] as const)('for %s, as a problem', async (_what, method, path, body, status, code) => {
      expectProblem(await ask(on(), method, path, body), status, code);
    });

    it('without a credential, and with one that is not ours', async () => {
      const without = await ask(on(), 'GET', '/v1/documents', undefined, '');
      expectProblem(without, 401, 'auth.required');
      expect(without.headers.get('www-authenticate')).toBe('Bearer');
      expectProblem(
        await ask(on(), 'GET', '/v1/documents', undefined, 'dk_live_made_up'),
        401,
        'auth.invalid',
      );
    });
  });

  it('an operator of the installation makes organisations, and has no way into one', async () => {
    const { operatorToken } = on().stack;
    const made = await ask(on(), 'POST', '/v1/platform/orgs', { name: 'Larkspur' }, operatorToken);
    expect(made).toMatchObject({
      status: 201,
      body: { id: expect.stringMatching(/^org_/), name: 'Larkspur' },
    });
    expectProblem(await ask(on(), 'GET', '/v1/me', undefined, operatorToken), 403, 'auth.forbidden');
    const byKey = await ask(on(), 'POST', '/v1/platform/orgs', { name: 'Larkspur' }, on().apiKey);
    expectProblem(byKey, 403, 'auth.forbidden');
    const byNobody = await ask(on(), 'POST', '/v1/platform/orgs', { name: 'Larkspur' }, `${operatorToken}x`);
    expectProblem(byNobody, 401, 'auth.invalid');
  });

  it('lists page by page, newest first, each entry once', async () => {
    const { docket } = await on().stack.newOrg(on().api);
    const made: string[] = [];
    for (const subject of ['one', 'two', 'three', 'four', 'five']) {
      made.push((await docket.announce(markdown(`page ${subject}`))).documentId);
    }
    const seen: string[][] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const path: string = `/v1/documents?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const { body } = await docket.request<Page<{ id: string }>>('GET', path);
      seen.push(body.data.map(({ id }) => id));
      cursor = body.nextCursor;
    }
    expect(seen.map(({ length }) => length)).toEqual([2, 2, 1]);
    expect(seen.flat()).toEqual(made.reverse());
  });

  it('an organisation finds nothing of another, whatever it asks for', async () => {
    const document = await ingest(on(), markdown('secrets', { collection: 'vault' }));
    const stranger = await on().stack.newOrg(on().api);
    const about = (method: string, path: string, body?: unknown): Promise<RawAnswer> =>
      ask(on(), method, path, body, stranger.apiKey);
    const id = `/v1/documents/${document.id}`;
    for (const path of [id, `${id}/chunks`, `${id}/versions`, `${id}/content`, `${id}/history`]) {
      expectProblem(await about('GET', path), 404, 'document.not_found');
    }
    expectProblem(await about('PATCH', id, { title: 'mine' }), 404, 'document.not_found');
    expectProblem(await about('POST', `${id}/uploaded`, {}), 404, 'document.not_found');
    for (const path of [`/v1/runs/${document.runId}`, `/v1/runs/${document.runId}/history`]) {
      expectProblem(await about('GET', path), 404, 'run.not_found');
    }
    expectProblem(await about('GET', `/v1/collections/${document.collection}`), 404, 'collection.not_found');
    expectProblem(
      await about('DELETE', `/v1/collections/${document.collection}`),
      404,
      'collection.not_found',
    );
    expectProblem(await about('GET', '/v1/documents?collection=vault'), 404, 'collection.not_found');
    for (const path of ['/v1/documents', '/v1/runs', '/v1/collections', `/v1/runs?subject=${document.id}`]) {
      expect((await about('GET', path)).body).toEqual({ data: [], nextCursor: null });
    }
    const search = { query: 'drawer of the secrets', filter: { documentIds: [document.id] } };
    expect((await about('POST', '/v1/search', search)).body).toMatchObject({ hits: [] });
    // The same bytes are another organisation's own piece of work.
    const own = await stranger.docket.upload(markdown('secrets'));
    expect(own.reused).toBe(false);
    expect((await ended(on(), own.documentId, stranger.docket)).id).not.toBe(document.id);
  });
}
