import { DocketError, type FieldProblem } from '@docket/domain/errors';
import { describe, expect, it } from '@jest/globals';
import type { Type } from '@nestjs/common';
import { PageQuery } from '../../src/http/page.ts';
import { createValidationPipe } from '../../src/http/validation.ts';
import { SearchDto } from '../../src/knowledge/search/search.dto.ts';
import { PutTaxonomyDto } from '../../src/taxonomy/taxonomy.dto.ts';
import { CreateUploadDto } from '../../src/knowledge/uploads/upload.dto.ts';
import { EnrichAgainDto } from '../../src/tickets/ticket.dto.ts';

const pipe = createValidationPipe();

async function parse(metatype: Type, value: unknown, type: 'body' | 'query' = 'body'): Promise<unknown> {
  return pipe.transform(value, { type, metatype });
}

async function refusal(
  metatype: Type,
  value: unknown,
  type: 'body' | 'query' = 'body',
): Promise<DocketError> {
  const error: unknown = await parse(metatype, value, type).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof DocketError) return error;
  throw new Error(`not refused by a domain error: ${String(error)}`);
}

function paths(problems: readonly FieldProblem[]): Record<string, string> {
  return Object.fromEntries(problems.map(({ path, code }) => [path, code]));
}

describe('a body', () => {
  it('is handed on with its defaults when it is as it should be', async () => {
    expect(await parse(SearchDto, { query: 'exports' })).toMatchObject({
      query: 'exports',
      limit: 10,
      mode: 'hybrid',
    });
  });

  it('is refused where a list stands in the place of an object, however empty', async () => {
    const taxonomy = { categories: [], tags: [], teams: [[]], priorities: [] };
    expect((await refusal(PutTaxonomyDto, taxonomy)).problems).toMatchObject([{ path: 'teams' }]);
    expect((await refusal(SearchDto, { query: 'x', filter: [] })).problems).toMatchObject([
      { path: 'filter' },
    ]);
  });

  it('is refused with every problem at once, each under the path of its field, nested ones too', async () => {
    const error = await refusal(SearchDto, {
      query: 5,
      limit: 51,
      mode: 'fuzzy',
      extra: true,
      filter: { documentIds: ['doc_1', 2], metadata: { area: 1 }, unknown: 'x' },
    });
    expect(error.code).toBe('request.invalid');
    expect(paths(error.problems)).toEqual({
      query: expect.stringMatching(/^is_/),
      limit: 'max',
      mode: 'is_in',
      extra: 'unknown_field',
      'filter.documentIds': 'is_string',
      'filter.metadata': 'is_metadata',
      'filter.unknown': 'unknown_field',
    });
  });

  it('is told in plain words what is wrong, without the field said twice', async () => {
    const { problems, message } = await refusal(SearchDto, { query: 'x', limit: 51, extra: true });
    expect(problems).toContainEqual({ path: 'limit', code: 'max', message: 'must not be greater than 50' });
    expect(problems).toContainEqual({
      path: 'extra',
      code: 'unknown_field',
      message: 'is not a field of this request',
    });
    expect(message).toContain('limit: must not be greater than 50');
  });

  it('is refused for a null in the place of a number that may be left out', async () => {
    await expect(parse(EnrichAgainDto, {})).resolves.toEqual({});
    expect(paths((await refusal(EnrichAgainDto, { promptVersion: null })).problems)).toEqual({
      promptVersion: 'is_int',
    });
  });

  it.each([null, undefined, 'text', 7, [], [{}]])(
    'of %j, which is no object of fields, is refused and not an error of ours',
    async (body) => {
      expect((await refusal(SearchDto, body)).code).toBe('request.invalid');
    },
  );

  it('cannot reach beyond its fields by the names that objects have anyway', async () => {
    const body: unknown = JSON.parse('{ "query": "x", "__proto__": { "limit": 1 }, "constructor": 1 }');
    const parsed = await parse(SearchDto, body);
    expect(parsed).toBeInstanceOf(SearchDto);
    expect(parsed).toEqual(await parse(SearchDto, { query: 'x' }));
    expect(Object.hasOwn(Object.prototype, 'limit')).toBe(false);
  });

  it('is refused where metadata is too much or not text', async () => {
    const many = Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`key${index}`, 'x']));
    const bad = [
      many,
      { key: 'x'.repeat(1_025) },
      { key: 'ä'.repeat(513) },
      { 'a key': 'x' },
      { key: null },
      { key: 'a\0' },
      [],
      'x',
    ];
    for (const metadata of bad) {
      const error = await refusal(SearchDto, { query: 'x', filter: { metadata } });
      expect({ metadata, problems: paths(error.problems) }).toEqual({
        metadata,
        problems: { 'filter.metadata': 'is_metadata' },
      });
    }
    await expect(
      parse(SearchDto, { query: 'x', filter: { metadata: { key: 'ä'.repeat(512) } } }),
    ).resolves.toBeDefined();
  });

  it('of an upload is refused where size or checksum is not what it should be', async () => {
    const good = { fileName: 'a.md', mediaType: 'text/markdown', sizeBytes: 1, sha256: 'a'.repeat(64) };
    await expect(parse(CreateUploadDto, good)).resolves.toMatchObject(good);
    for (const change of [
      { sizeBytes: 0 },
      { sizeBytes: 1.5 },
      { sizeBytes: '1' },
      { sha256: 'a'.repeat(63) },
      { sha256: 'g'.repeat(64) },
      { mediaType: 'markdown' },
      { fileName: '' },
    ]) {
      const error = await refusal(CreateUploadDto, { ...good, ...change });
      expect(Object.keys(paths(error.problems))).toEqual(Object.keys(change));
    }
  });
});

describe('a name', () => {
  const good = { fileName: 'a.md', mediaType: 'text/markdown', sizeBytes: 1, sha256: 'a'.repeat(64) };

  it.each([
    ['a NUL', 'a\0.md', 'well-formed'],
    ['half of a surrogate pair', 'a\ud800.md', 'well-formed'],
    ['a control character', 'a\u001b[31m.md', 'control'],
    ['a C1 control', 'a\u009b.md', 'control'],
    ['a line feed', 'a\n.md', 'control'],
    ['a line separator', 'a\u2028.md', 'control'],
    ['an override of direction', 'invoice\u202efdp.exe', 'direction'],
    ['an isolate of direction', 'a\u2067b.md', 'direction'],
    ['300 characters', 'a'.repeat(300), 'at most 255'],
    ['a path', '../../etc/passwd', 'without a path'],
    ['a path of Windows', 'C:\\a.md', 'without a path'],
    ['nothing but dots', '..', 'name of a file'],
    ['nothing but blanks', '\u00a0 ', 'blank'],
  ])('of a file with %s is refused, and told why', async (_what, fileName, why) => {
    const { problems } = await refusal(CreateUploadDto, { ...good, fileName });
    expect(problems).toEqual([
      { path: 'fileName', code: 'is_file_name', message: expect.stringContaining(why) },
    ]);
  });

  it.each([
    'Straße (2).md',
    'مذكرة\u200f.pdf',
    '設計書.docx',
    'e\u0301te\u0301.txt',
    '👩‍💻 notes.md',
    '.env',
    'a..b',
  ])('like %s is taken as it is, not a character changed', async (fileName) => {
    expect(await parse(CreateUploadDto, { ...good, fileName })).toMatchObject({ fileName });
  });

  it.each(['title', 'externalKey', 'collection'])(
    'of a document (%s) may hold a slash, and neither controls nor overrides of direction',
    async (field) => {
      expect(await parse(CreateUploadDto, { ...good, [field]: 'a/b' })).toMatchObject({ [field]: 'a/b' });
      for (const value of ['a\tb', 'a\u202eb', 'a\udc00', ' ']) {
        const { problems } = await refusal(CreateUploadDto, { ...good, [field]: value });
        expect(problems).toMatchObject([{ path: field, code: 'is_name' }]);
      }
    },
  );

  it.each(['a\0', 'a\u0007', 'a\ud800', 'a\u202eb'])('as metadata is not %j', async (area) => {
    const { problems } = await refusal(CreateUploadDto, { ...good, metadata: { area } });
    expect(problems).toMatchObject([{ path: 'metadata', code: 'is_metadata' }]);
  });
});

describe('a query', () => {
  it('has its numbers read, within their bounds', async () => {
    expect(await parse(PageQuery, { limit: '7' }, 'query')).toMatchObject({ limit: 7 });
    expect(await parse(PageQuery, {}, 'query')).toMatchObject({ limit: 50 });
    for (const limit of ['0', '201', '1.5', 'x', '']) {
      expect(paths((await refusal(PageQuery, { limit }, 'query')).problems)).toHaveProperty('limit');
    }
  });

  it('with a name said twice is refused where one is meant', async () => {
    expect(paths((await refusal(PageQuery, { cursor: ['a', 'b'] }, 'query')).problems)).toEqual({
      cursor: expect.stringMatching(/^is_/),
    });
  });
});
