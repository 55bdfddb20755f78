import type { ParsedDocument } from '@docket/domain/document/parsed-document';
import { DocumentBuilder } from './document-builder.js';
import { rstBlocks, type RstBlock } from './rst-blocks.js';
import { rstInline } from './rst-inline.js';
import { tableRows } from './rst-tables.js';

/** Directives in one another. */
const DEEPEST = 50;

/** Directives that show what they hold, with their name in front. */
const ADMONITIONS = new Set(
  'attention caution danger error hint important note tip warning admonition seealso versionadded versionchanged deprecated'.split(
    ' ',
  ),
);
const CODE = new Set(
  'code code-block sourcecode highlight parsed-literal prompt console doctest testcode'.split(' '),
);

/** Directives that show something only when the document is built, or point elsewhere. */
const OMITTED = new Set(
  `contents toctree include literalinclude raw image index meta only highlight default-role role unicode date title
  sectnum target-notes automodule autoclass autofunction automethod currentmodule module program bibliography`.split(
    /\s+/u,
  ),
);

const DIRECTIVE = /^\.\.\s+([\w:+.-]+?)::(?:\s+(.*))?$/u;
const SUBSTITUTION = /^\.\.\s+\|([^|]+)\|\s+replace::\s+(.*)$/u;
const FOOTNOTE = /^\.\.\s+\[([^\]]+)\]\s+(.*)$/u;

/**
 * reStructuredText as readable text: titles by their adornments, lists, tables of both kinds and `list-table` and
 * `csv-table`, code, admonitions under their name, footnotes; without comments, targets, tables of contents and whatever a
 * build would fetch. Nothing is included from elsewhere. Fields at the start are metadata. No kept library reads this
 * format in JavaScript; this reads its structure, not all of its syntax. `source` is decoded text.
 */
export function parseRst(source: string): ParsedDocument {
  const reader = new RstReader();
  const lines = source.split('\n').map((line) => line.replaceAll('\t', '        ').trimEnd());
  reader.noteSubstitutions(lines);
  reader.read(lines, 0);
  return reader.finish();
}

class RstReader {
  private readonly builder = new DocumentBuilder();
  private readonly adornments: string[] = [];
  private readonly substitutions = new Map<string, string>();
  private metadata: Record<string, string> = {};
  private hasText = false;

  noteSubstitutions(lines: readonly string[]): void {
    for (const line of lines) {
      const [, name, text] = SUBSTITUTION.exec(line) ?? [];
      if (name !== undefined && text !== undefined) this.substitutions.set(name, text);
    }
  }

  finish(): ParsedDocument {
    return this.builder.finish({ title: this.builder.leadingHeading, metadata: this.metadata });
  }

  read(lines: readonly string[], depth: number): void {
    for (const block of rstBlocks(lines)) this.add(block, depth);
  }

  private add(block: RstBlock, depth: number): void {
    if (block.kind !== 'fields') this.hasText ||= block.kind !== 'title' && block.kind !== 'explicit';
    switch (block.kind) {
      case 'title':
        this.builder.addHeading(this.inline(block.text), this.levelOf(block.adornment));
        return;
      case 'explicit':
        this.addExplicit(block.head, block.lines, depth);
        return;
      case 'fields':
        this.addFields(block.lines);
        return;
      case 'table':
        this.addTable(tableRows(block.lines));
        return;
      case 'literal':
        this.builder.add('code', dedented(block.lines).join('\n'));
        return;
      case 'list':
        this.builder.add('list', this.listText(block.lines));
        return;
      case 'quote':
        this.builder.add('quote', this.inline(dedented(block.lines).join('\n')));
        return;
      case 'paragraph':
        this.builder.add(
          'paragraph',
          this.inline(
            block.lines
              .join('\n')
              .replace(/\s*::$/u, ':')
              .replace(/^:$/u, ''),
          ),
        );
    }
  }

  /** The order in which adornments come is the order of their levels. */
  private levelOf(adornment: string): number {
    const known = this.adornments.indexOf(adornment);
    return known === -1 ? this.adornments.push(adornment) : known + 1;
  }

  private addExplicit(head: string, lines: readonly string[], depth: number): void {
    const footnote = FOOTNOTE.exec(head);
    if (footnote !== null) {
      const text = [footnote[2] ?? '', ...dedented(lines)].join(' ').trim();
      this.builder.add('paragraph', `[${footnote[1]}] ${this.inline(text)}`);
      return;
    }
    const [, name, argument = ''] = DIRECTIVE.exec(head) ?? [];
    // Anything else behind two dots is a comment, a target or a substitution.
    if (name !== undefined && depth < DEEPEST) this.addDirective(name.toLowerCase(), argument, lines, depth);
  }

  private addDirective(name: string, argument: string, lines: readonly string[], depth: number): void {
    const { options, body } = partsOf(lines);
    if (CODE.has(name)) this.builder.add('code', body.join('\n'));
    else if (name === 'figure' || name === 'image') this.addFigure(options, body, depth);
    else if (name === 'list-table') this.addListTable(argument, body);
    else if (name === 'csv-table')
      this.addTable([[argument], ...body.map((row) => row.split(',').map(unquoted))]);
    else if (name === 'math') this.builder.add('code', [argument, ...body].join('\n').trim());
    else if (ADMONITIONS.has(name)) this.addAdmonition(name, argument, body, depth);
    else if (!OMITTED.has(name)) {
      if (argument !== '') this.builder.add('paragraph', this.inline(argument));
      this.read(body, depth + 1);
    }
  }

  private addAdmonition(name: string, argument: string, body: readonly string[], depth: number): void {
    const label = name === 'admonition' ? '' : `${name.charAt(0).toUpperCase()}${name.slice(1)}: `;
    // Where nothing stands behind the name, it goes in front of the first paragraph.
    const [first = '', ...others] = argument === '' ? body : [argument, '', ...body];
    this.read([label + first, ...others], depth + 1);
  }

  private addFigure(options: ReadonlyMap<string, string>, body: readonly string[], depth: number): void {
    const alternative = options.get('alt');
    if (alternative !== undefined) this.builder.add('paragraph', alternative);
    this.read(body, depth + 1);
  }

  private addListTable(title: string, body: readonly string[]): void {
    const rows = listRows(body);
    this.addTable(title === '' ? rows : [[title], ...rows]);
  }

  private addTable(rows: readonly (readonly string[])[]): void {
    const lines = rows.map((row) => `| ${row.map((cell) => this.inline(cell)).join(' | ')} |`);
    this.builder.add('table', lines.join('\n'));
  }

  /** Fields that open a document say something about it; elsewhere they are part of the text. */
  private addFields(lines: readonly string[]): void {
    const fields = lines.flatMap((line) => {
      const [, name, value = ''] = /^:([^:]+):\s*(.*)$/u.exec(line) ?? [];
      return name === undefined ? [] : [[name.trim(), this.inline(value)] as const];
    });
    if (!this.hasText && Object.keys(this.metadata).length === 0)
      this.metadata = Object.fromEntries(
        fields.slice(0, 32).map(([name, value]) => [name.slice(0, 100), value.slice(0, 1_000)]),
      );
    else this.builder.add('paragraph', fields.map(([name, value]) => `${name}: ${value}`).join('\n'));
  }

  private listText(lines: readonly string[]): string {
    const text = lines
      .filter((line) => line.trim() !== '')
      .map((line) => line.replace(/^(\s*)[*+•](?=\s)/u, '$1-'));
    return this.inline(text.join('\n'));
  }

  private inline(text: string): string {
    return rstInline(text, this.substitutions);
  }
}

/** The rows of a table that is written as a list of lists. */
function listRows(lines: readonly string[]): string[][] {
  const rows: string[][] = [];
  for (const line of lines) {
    const row = /^\*\s+-\s*(.*)$/u.exec(line)?.[1];
    if (row === undefined) addToRow(rows.at(-1) ?? [], line.trim());
    else rows.push([row]);
  }
  return rows;
}

function addToRow(row: string[], text: string): void {
  if (text === '-' || text.startsWith('- ')) row.push(text.slice(2));
  else if (text !== '') row.push(`${row.pop() ?? ''} ${text}`);
}

/** The options of a directive, and what it holds, both without their indentation. */
function partsOf(lines: readonly string[]): { options: Map<string, string>; body: string[] } {
  const inner = dedented(lines);
  const options = new Map<string, string>();
  let index = 0;
  for (; index < inner.length; index += 1) {
    const [, name, value = ''] = /^:([\w-]+):\s*(.*)$/u.exec(inner[index] ?? '') ?? [];
    if (name === undefined) break;
    options.set(name, value);
  }
  const body = inner.slice(index);
  while (body[0]?.trim() === '') body.shift();
  return { options, body };
}

function dedented(lines: readonly string[]): string[] {
  const widths = lines
    .filter((line) => line.trim() !== '')
    .map((line) => line.length - line.trimStart().length);
  const width = widths.reduce((least, each) => Math.min(least, each), Number.POSITIVE_INFINITY);
  return lines.map((line) => (Number.isFinite(width) ? line.slice(width) : line));
}

function unquoted(cell: string): string {
  return cell.trim().replace(/^"(.*)"$/su, '$1');
}
