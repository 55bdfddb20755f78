import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeCursor, idCursor, idPage, numberPosition, PageQuery, toPage } from '../../src/http/page.ts';

function query(cursor?: string): PageQuery {
  return Object.assign(new PageQuery(), { limit: 2 }, cursor === undefined ? {} : { cursor });
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof DocketError ? error.code : 'another error';
  }
  return 'no error';
}

describe('a page of a list', () => {
  it('shows at most as many as asked for, and a cursor only when there are more', () => {
    const rows = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];
    const upper = ({ id }: { id: string }) => id.toUpperCase();
    expect(toPage(rows, 2, upper, ({ id }) => id)).toEqual({
      data: ['A', 'B'],
      nextCursor: encodeCursor('b'),
    });
    expect(toPage(rows.slice(0, 2), 2, upper, ({ id }) => id)).toEqual({
      data: ['A', 'B'],
      nextCursor: null,
    });
    expect(toPage([], 2, upper, ({ id }) => id)).toEqual({ data: [], nextCursor: null });
  });

  it('begins at the newest without a cursor', () => {
    expect(idPage(query(), 'document')).toEqual({ limit: 2, beforeId: null });
    expect(numberPosition(query())).toBeNull();
  });

  it('shows every entry once when the cursors are followed, whatever the length of list and page', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.uuid(), { maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        (ids, limit) => {
          const newestFirst = ids.toSorted().reverse();
          const seen: string[] = [];
          let cursor: string | null | undefined;
          do {
            const { beforeId } = idPage(Object.assign(query(cursor ?? undefined), { limit }), 'run');
            const rows = newestFirst.filter((id) => beforeId === null || id < beforeId).slice(0, limit + 1);
            const page = toPage(
              rows.map((id) => ({ id })),
              limit,
              ({ id }) => id,
              idCursor('run'),
            );
            seen.push(...page.data);
            cursor = page.nextCursor;
          } while (cursor !== null);
          expect(seen).toEqual(newestFirst);
        },
      ),
    );
  });
});

describe('a cursor', () => {
  it('can stand in an address as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (position) => {
        expect(encodeURIComponent(encodeCursor(position))).toBe(encodeCursor(position));
      }),
    );
  });

  it('holds the public id, so that it says nothing that the page did not', () => {
    const id = '01890a5d-ac96-774b-bcce-b302099a8057';
    const cursor = encodeCursor(idCursor('document')({ id }));
    expect(Buffer.from(cursor, 'base64url').toString()).toBe(toTypeId('document', id));
    expect(idPage(query(cursor), 'document').beforeId).toBe(id);
  });

  it('of another list is refused', () => {
    const cursor = encodeCursor(idCursor('run')({ id: '01890a5d-ac96-774b-bcce-b302099a8057' }));
    expect(codeOf(() => idPage(query(cursor), 'document'))).toBe('cursor.invalid');
    expect(codeOf(() => numberPosition(query(cursor)))).toBe('cursor.invalid');
  });

  it('that holds a number is read where numbers page', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999 }), (position) => {
        expect(numberPosition(query(encodeCursor(String(position))))).toBe(position);
      }),
    );
  });

  it.each([
    '',
    'x',
    '%%%',
    encodeCursor('doc_x'),
    encodeCursor('-1'),
    encodeCursor('1.5'),
    encodeCursor('1e3'),
    encodeCursor('9999999999'),
    encodeCursor(' 1'),
  ])('made up as %j is refused by its code, and never reaches the database', (cursor) => {
    expect(codeOf(() => idPage(query(cursor), 'document'))).toBe('cursor.invalid');
    expect(codeOf(() => numberPosition(query(cursor)))).toBe('cursor.invalid');
  });
});
