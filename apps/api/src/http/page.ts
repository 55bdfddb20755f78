import { DocketError } from '@docket/domain/errors';
import { parseTypeId, toTypeId, type IdKind } from '@docket/domain/ids/type-id';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInteger } from './integer.validator.js';
import { Optional } from './optional.js';
import { IsText } from './text.validator.js';

export class PageQuery {
  @ApiPropertyOptional({
    default: 50,
    description: 'Most entries of the page.',
    example: 50,
  })
  @Optional()
  @Type(() => Number)
  @IsInteger(1, 200)
  limit: number = 50;

  @ApiPropertyOptional({ description: 'The `nextCursor` of the page before.', example: 'ZG9jXzAxazg' })
  @Optional()
  @IsText(1_000)
  cursor?: string;
}

export interface Page<T> {
  data: T[];
  nextCursor: string | null;
}

/** Cuts the one row too many and makes the cursor of the next page from the last row shown. */
export function toPage<R, T>(
  rows: readonly R[],
  limit: number,
  show: (row: R) => T,
  cursorOf: (row: R) => string,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    data: shown.map(show),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(cursorOf(last)) : null,
  };
}

export function encodeCursor(position: string): string {
  return Buffer.from(position, 'utf8').toString('base64url');
}

function decodeCursor(cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString('utf8');
}

function invalidCursor(): DocketError {
  return new DocketError('cursor.invalid', 'Use the nextCursor of a page as it came, or begin without one.');
}

/** The page a query asks for, where the cursor holds the public id of the last entry shown. */
export function idPage(query: PageQuery, kind: IdKind): { limit: number; beforeId: string | null } {
  if (query.cursor === undefined) return { limit: query.limit, beforeId: null };
  const beforeId = parseTypeId(kind, decodeCursor(query.cursor));
  if (beforeId === null) throw invalidCursor();
  return { limit: query.limit, beforeId };
}

export function idCursor(kind: IdKind): (row: { id: string }) => string {
  return (row) => toTypeId(kind, row.id);
}

/** The position a query asks for, where the cursor holds a number; null at the beginning. */
export function numberPosition(query: PageQuery): number | null {
  if (query.cursor === undefined) return null;
  const decoded = decodeCursor(query.cursor);
  if (!/^\d{1,9}$/.test(decoded)) throw invalidCursor();
  return Number(decoded);
}
