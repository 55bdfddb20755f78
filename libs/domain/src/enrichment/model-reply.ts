import type { Taxonomy } from './taxonomy.js';

export const SENTIMENTS = ['negative', 'neutral', 'positive'] as const;
export type Sentiment = (typeof SENTIMENTS)[number];

/** What a model is asked to say, before anything of it is believed. */
export interface ModelReply {
  summary: string;
  /** BCP 47 primary subtag of the ticket's language. */
  language: string;
  category: string;
  /** 0 to 1. */
  categoryConfidence: number;
  priority: string;
  priorityReason: string;
  sentiment: Sentiment;
  tags: string[];
  team: string | null;
  answerable: boolean;
  /** With `[1]`-style markers; null when the passages do not answer. */
  reply: string | null;
  citations: ModelCitation[];
}

export interface ModelCitation {
  marker: number;
  /** Label of a passage of this run, such as `P3`. */
  passage: string;
  quote: string;
}

const TEXT_LIMITS = {
  summary: 2_000,
  language: 35,
  priorityReason: 1_000,
  reply: 10_000,
  quote: 4_000,
} as const;
/** A reply with more citations is no reply to a ticket. */
const CITATIONS_MAX = 30;

/**
 * The JSON Schema of a reply under an org's taxonomy, in the subset that structured output understands: closed objects,
 * every field required, enums. It holds no number ranges and no lengths; `readModelReply` checks those.
 */
export function modelReplySchema(taxonomy: Taxonomy): Record<string, unknown> {
  const text = { type: 'string' };
  const keys = (entries: readonly { key: string }[]) => ({
    type: 'string',
    enum: entries.map(({ key }) => key),
  });
  const orNull = (schema: object) => ({ anyOf: [schema, { type: 'null' }] });
  const citation = closed({ marker: { type: 'integer' }, passage: text, quote: text });
  return closed({
    summary: text,
    language: text,
    category: keys(taxonomy.categories),
    categoryConfidence: { type: 'number' },
    priority: keys(taxonomy.priorities),
    priorityReason: text,
    sentiment: { type: 'string', enum: [...SENTIMENTS] },
    tags: { type: 'array', items: taxonomy.tags.length > 0 ? keys(taxonomy.tags) : text },
    team: orNull(keys(taxonomy.teams)),
    answerable: { type: 'boolean' },
    reply: orNull(text),
    citations: { type: 'array', items: citation },
  });
}

function closed(properties: Record<string, unknown>): Record<string, unknown> {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

export type ReadReply = { ok: true; reply: ModelReply } | { ok: false; problems: string[] };

/** Parses a model's raw output. Whatever is off the schema or off the taxonomy is named, in words a model can act on. */
export function readModelReply(raw: string, taxonomy: Taxonomy): ReadReply {
  let parsed: unknown;
  try {
    parsed = JSON.parse(raw);
  } catch {
    return { ok: false, problems: ['The output is not valid JSON.'] };
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    return { ok: false, problems: ['The output is not a JSON object.'] };
  const reader = new ReplyReader(parsed as Record<string, unknown>);
  const reply: ModelReply = {
    summary: reader.text('summary', TEXT_LIMITS.summary),
    language: reader.text('language', TEXT_LIMITS.language).toLowerCase().split('-', 1)[0] ?? '',
    category: reader.oneOf(
      'category',
      taxonomy.categories.map(({ key }) => key),
    ),
    categoryConfidence: reader.share('categoryConfidence'),
    priority: reader.oneOf(
      'priority',
      taxonomy.priorities.map(({ key }) => key),
    ),
    priorityReason: reader.text('priorityReason', TEXT_LIMITS.priorityReason),
    sentiment: reader.oneOf('sentiment', SENTIMENTS),
    tags: reader.someOf(
      'tags',
      taxonomy.tags.map(({ key }) => key),
    ),
    team: reader.oneOfOrNull(
      'team',
      taxonomy.teams.map(({ key }) => key),
    ),
    answerable: reader.boolean('answerable'),
    reply: reader.textOrNull('reply', TEXT_LIMITS.reply),
    citations: reader.citations('citations'),
  };
  reader.nothingElse(Object.keys(reply));
  return reader.problems.length === 0 ? { ok: true, reply } : { ok: false, problems: reader.problems };
}

/** Reads one field after another and collects what is wrong; what it returns for a wrong field is never used. */
class ReplyReader {
  readonly problems: string[] = [];

  constructor(private readonly fields: Record<string, unknown>) {}

  text(name: string, most: number): string {
    const value = this.fields[name];
    return typeof value === 'string' && value.length <= most && isStorable(value)
      ? value
      : this.wrong(name, `a string of at most ${most} characters`, '');
  }

  textOrNull(name: string, most: number): string | null {
    return this.fields[name] === null ? null : this.text(name, most);
  }

  oneOf<const T extends string>(name: string, allowed: readonly T[]): T {
    const value = this.fields[name];
    const found = allowed.find((key) => key === value);
    if (found !== undefined) return found;
    return this.wrong(name, `one of ${allowed.join(', ')}`, allowed[0] as T);
  }

  oneOfOrNull(name: string, allowed: readonly string[]): string | null {
    return this.fields[name] === null ? null : this.oneOf(name, allowed);
  }

  someOf(name: string, allowed: readonly string[]): string[] {
    const value = this.fields[name];
    if (Array.isArray(value) && value.every((key) => typeof key === 'string' && allowed.includes(key)))
      return [...new Set(value as string[])];
    return this.wrong(name, `an array of some of ${allowed.join(', ') || 'nothing'}`, []);
  }

  boolean(name: string): boolean {
    const value = this.fields[name];
    return typeof value === 'boolean' ? value : this.wrong(name, 'true or false', false);
  }

  share(name: string): number {
    const value = this.fields[name];
    return typeof value === 'number' && value >= 0 && value <= 1
      ? value
      : this.wrong(name, 'a number from 0 to 1', 0);
  }

  citations(name: string): ModelCitation[] {
    const value = this.fields[name];
    if (Array.isArray(value) && value.length <= CITATIONS_MAX && value.every(isCitation)) return value;
    return this.wrong(name, `at most ${CITATIONS_MAX} objects { marker, passage, quote }`, []);
  }

  nothingElse(known: readonly string[]): void {
    const extra = Object.keys(this.fields).filter((name) => !known.includes(name));
    if (extra.length > 0)
      this.problems.push(`There are fields that were not asked for: ${extra.join(', ')}.`);
  }

  private wrong<T>(name: string, expected: string, stopgap: T): T {
    this.problems.push(`${name} must be ${expected}.`);
    return stopgap;
  }
}

function isCitation(value: unknown): value is ModelCitation {
  if (typeof value !== 'object' || value === null) return false;
  const { marker, passage, quote, ...rest } = value as Record<string, unknown>;
  return (
    Number.isSafeInteger(marker) &&
    typeof passage === 'string' &&
    typeof quote === 'string' &&
    quote.length <= TEXT_LIMITS.quote &&
    Object.keys(rest).length === 0
  );
}

/** What Postgres can hold: no NUL, no half of a surrogate pair. */
function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}
