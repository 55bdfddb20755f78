import { DocketError } from '@docket/domain/errors';
import type { ParsedDocument } from '@docket/domain/document/parsed-document';
import { DocumentBuilder } from './document-builder.js';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Values in one another; nobody reads deeper, and the stack has an end. */
const DEEPEST = 100;

/** Keys down to this depth become headings; below, they stand in front of their values. */
const DEEPEST_HEADING = 6;

/** A list of plain values up to this many characters stays on the line of its key. */
const SHORT_LIST = 200;

/** What an object in a list is called by. */
const NAME_KEYS = ['title', 'name', 'label', 'id', 'key'];

/**
 * JSON as readable text: each object a block of `key: value` lines, the keys of what it holds as headings, the objects of a
 * list each a block. Also lines of JSON, one value each. The title is the outermost `title` or `name`. `source` is
 * decoded text.
 *
 * @throws DocketError `document.unreadable` when it is no JSON, or nested deeper than 100 levels.
 */
export function parseJson(source: string): ParsedDocument {
  const value = valueOf(source);
  const builder = new DocumentBuilder();
  new JsonWriter(builder).add(value, 1);
  const title = isObject(value) ? nameOf(value, ['title', 'name']) : null;
  return builder.finish({ title, metadata: {} });
}

function valueOf(source: string): Json {
  try {
    return JSON.parse(source) as Json;
  } catch (cause) {
    // Lines of JSON: the first line alone must be a value, and more than a word that happens to be one.
    const lines = source.split('\n').filter((line) => line.trim() !== '');
    if (lines.length > 1 && /^\s*[[{]/u.test(lines[0] ?? '')) {
      try {
        return lines.map((line) => JSON.parse(line) as Json);
      } catch {
        // Neither: the first message says where.
      }
    }
    const reason = cause instanceof Error ? cause.message.slice(0, 200) : '';
    throw new DocketError('document.unreadable', `The file is no JSON: ${reason}`, { cause });
  }
}

class JsonWriter {
  constructor(private readonly builder: DocumentBuilder) {}

  add(value: Json, depth: number): void {
    if (depth > DEEPEST) {
      throw new DocketError('document.unreadable', `The values are nested more than ${DEEPEST} levels deep.`);
    }
    if (Array.isArray(value)) this.addList(value, depth);
    else if (isObject(value)) this.addObject(value, depth);
    else this.builder.add('paragraph', textOf(value));
  }

  private addObject(object: { [key: string]: Json }, depth: number): void {
    const lines: string[] = [];
    const deeper: [string, Json][] = [];
    for (const [key, value] of Object.entries(object)) {
      const line = lineOf(key, value);
      if (line === null) deeper.push([key, value]);
      else if (line !== '') lines.push(line);
    }
    this.builder.add('paragraph', lines.join('\n'));
    for (const [key, value] of deeper) {
      if (depth <= DEEPEST_HEADING) this.builder.addHeading(key, depth);
      else this.builder.add('paragraph', `${key}:`);
      this.add(value, depth + 1);
    }
  }

  private addList(values: readonly Json[], depth: number): void {
    const plain = values.filter((value) => !isHolder(value));
    if (plain.length === values.length) {
      this.builder.add('list', plain.map((value) => `- ${textOf(value)}`).join('\n'));
      return;
    }
    for (const value of values) {
      // What holds more than plain values opens a section, so that what it holds stands under it.
      const opens = isObject(value) && Object.values(value).some((each) => isHolder(each));
      const name = opens ? nameOf(value, NAME_KEYS) : null;
      if (name !== null && depth <= DEEPEST_HEADING) this.builder.addHeading(name, depth);
      this.add(value, depth + 1);
    }
  }
}

/** A key with a value that fits on its line, nothing for an empty one; null for what is shown below it. */
function lineOf(key: string, value: Json): string | null {
  if (!isHolder(value)) {
    const text = textOf(value);
    return text.trim() === '' ? '' : `${key}: ${text}`;
  }
  if (Array.isArray(value) && !value.some((each) => isHolder(each))) {
    const text = value.map((each) => textOf(each)).join(', ');
    if (text.length <= SHORT_LIST) return text === '' ? '' : `${key}: ${text}`;
  }
  return Object.keys(value).length === 0 ? '' : null;
}

function nameOf(object: { [key: string]: Json }, keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = Object.hasOwn(object, key) ? object[key] : undefined;
    if (typeof value === 'string' && value.trim() !== '' && value.length <= SHORT_LIST) return value;
  }
  return null;
}

function textOf(value: Json): string {
  return value === null || isHolder(value) ? '' : String(value).toWellFormed();
}

function isHolder(value: Json): value is Json[] | { [key: string]: Json } {
  return typeof value === 'object' && value !== null;
}

function isObject(value: Json): value is { [key: string]: Json } {
  return isHolder(value) && !Array.isArray(value);
}
