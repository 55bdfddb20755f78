/** A stretch of lines of one kind, cut by blank lines and indentation alone. */
export type RstBlock =
  | { readonly kind: 'title'; readonly text: string; readonly adornment: string }
  | { readonly kind: 'paragraph' | 'literal' | 'quote'; readonly lines: readonly string[] }
  | { readonly kind: 'list' | 'table' | 'fields'; readonly lines: readonly string[] }
  | { readonly kind: 'explicit'; readonly head: string; readonly lines: readonly string[] };

import { opensTable } from './rst-tables.js';

const ADORNMENT = /^([!-/:-@[-`{-~])\1{2,}$/u;
const ITEM = /^(?:[-*+•]|\(?(?:\d{1,3}|[a-zA-Z#])[.)])(?:\s+|$)/u;
const FIELD = /^:[^:\s][^:]*:(?:\s|$)/u;

/** Cuts reStructuredText into its blocks, in order. What stands further in belongs to the block above it. */
export function* rstBlocks(source: readonly string[]): Generator<RstBlock> {
  let index = 0;
  let literalFollows = false;
  while (index < source.length) {
    const line = source[index] ?? '';
    if (line.trim() === '') {
      index += 1;
      continue;
    }
    const title = titleAt(source, index);
    if (title !== null) {
      yield { kind: 'title', text: title.text, adornment: title.adornment };
      index += title.height;
      literalFollows = false;
      continue;
    }
    const block = blockAt(source, index, literalFollows);
    literalFollows = block.kind === 'paragraph' && (block.lines.at(-1) ?? '').trimEnd().endsWith('::');
    yield block;
    index = blockEnd(source, index, block.kind);
  }
}

function titleAt(
  source: readonly string[],
  index: number,
): { text: string; adornment: string; height: number } | null {
  const [first = '', second = '', third = ''] = source.slice(index, index + 3);
  const over = ADORNMENT.exec(first)?.[1];
  if (over !== undefined && second.trim() !== '' && third === first)
    return { text: second.trim(), adornment: over + over, height: 3 };
  return underlined(first, second);
}

function underlined(
  first: string,
  second: string,
): { text: string; adornment: string; height: number } | null {
  const under = ADORNMENT.exec(second)?.[1];
  if (
    under === undefined ||
    /^\s/u.test(first) ||
    ADORNMENT.test(first) ||
    second.length < first.length * 0.8
  )
    return null;
  return { text: first.trim(), adornment: under, height: 2 };
}

function blockAt(source: readonly string[], index: number, literalFollows: boolean): RstBlock {
  const line = source[index] ?? '';
  const kind = kindOf(line, literalFollows);
  const lines = source.slice(index, blockEnd(source, index, kind));
  return kind === 'explicit' ? { kind, head: line, lines: lines.slice(1) } : { kind, lines };
}

function kindOf(line: string, literalFollows: boolean): Exclude<RstBlock['kind'], 'title'> {
  if (/^\.\.(?:\s|$)/u.test(line)) return 'explicit';
  if (/^\s/u.test(line)) return literalFollows ? 'literal' : 'quote';
  if (opensTable(line)) return 'table';
  if (ITEM.test(line)) return 'list';
  return FIELD.test(line) ? 'fields' : 'paragraph';
}

/** Behind the last line of the block that begins at `start`. */
function blockEnd(source: readonly string[], start: number, kind: RstBlock['kind']): number {
  const goesOn = CONTINUES[kind];
  let end = start + 1;
  for (let index = end; index < source.length; index += 1) {
    const line = source[index] ?? '';
    if (line.trim() === '') {
      if (kind === 'paragraph') break;
      continue;
    }
    if (!goesOn(line, (source[index - 1] ?? '').trim() === '')) break;
    end = index + 1;
  }
  return end;
}

const isIndented = (line: string): boolean => /^\s/u.test(line);

/** Whether a line, behind a blank one or not, is still of the block. */
const CONTINUES: Record<RstBlock['kind'], (line: string, afterBlank: boolean) => boolean> = {
  title: () => false,
  paragraph: () => true,
  literal: isIndented,
  quote: isIndented,
  explicit: isIndented,
  fields: (line) => isIndented(line) || FIELD.test(line),
  list: (line) => isIndented(line) || ITEM.test(line),
  table: (_, afterBlank) => !afterBlank,
};
