import { DocketError } from '@docket/domain/errors';
import type { ParsedDocument } from '@docket/domain/document/parsed-document';
import { CsvError, parse } from 'csv-parse/sync';
import { DocumentBuilder } from './document-builder.js';

/** What may part fields, the likelier first. */
const DELIMITERS = [',', ';', '\t', '|'] as const;

/** Lines by which the delimiter is guessed. */
const LOOKED_AT = 20;

/** A field of a megabyte is a missing quote that swallows the file. */
const LONGEST_RECORD = 1_048_576;

/**
 * A table of comma, semicolon, tab or bar separated values. Each row is a block by itself that names its columns
 * (`City: Utrecht`), so that a passage can be read without the first line. The first row is the header when all its
 * fields differ, none is empty and none is a number; otherwise rows are shown as they are. `source` is decoded text.
 *
 * @throws DocketError `document.unreadable` when a quote is never closed.
 */
export function parseCsv(source: string): ParsedDocument {
  const builder = new DocumentBuilder();
  const [first = [], ...others] = recordsOf(source);
  const header = isHeader(first) ? first.map((field) => field.trim()) : null;
  for (const record of header === null ? [first, ...others] : others)
    builder.add('table', rowText(record, header));
  if (builder.isEmpty && header !== null) builder.add('table', rowText(header, null));
  return builder.finish({ title: null, metadata: {} });
}

function recordsOf(source: string): string[][] {
  try {
    return parse(source, {
      delimiter: delimiterOf(source),
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      max_record_size: LONGEST_RECORD,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new DocketError('document.unreadable', `The table cannot be read: ${error.message}`, {
      cause: error,
    });
  }
}

/** The delimiter that the first lines hold in the most even number. */
function delimiterOf(source: string): string {
  const lines = source
    .slice(0, LONGEST_RECORD)
    .split('\n', LOOKED_AT)
    .filter((line) => line.trim() !== '')
    .map((line) => line.replace(/"[^"]*"/gu, ''));
  const counted = DELIMITERS.map((delimiter) => {
    const counts = lines.map((line) => line.split(delimiter).length - 1);
    return { delimiter, least: Math.min(...counts), first: counts[0] ?? 0 };
  });
  const [best] = counted.sort((one, other) => other.least - one.least || other.first - one.first);
  return best?.delimiter ?? ',';
}

function isHeader(record: readonly string[]): boolean {
  const names = record.map((field) => field.trim().toLowerCase());
  if (new Set(names).size !== names.length) return false;
  return names.every((name) => name !== '' && !/^[-+]?[\d.,\s%€$£]+$/u.test(name));
}

function rowText(record: readonly string[], header: readonly string[] | null): string {
  if (header === null) return record.map((field) => oneLine(field)).join(' | ');
  return record
    .map((field, index) => [header[index] ?? `Column ${index + 1}`, oneLine(field)] as const)
    .filter(([, field]) => field !== '')
    .map(([name, field]) => `${name}: ${field}`)
    .join('\n');
}

function oneLine(field: string): string {
  return field.replace(/\s+/gu, ' ').trim();
}
