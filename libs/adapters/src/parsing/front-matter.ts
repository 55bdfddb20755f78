import { parseDocument } from 'yaml';

/** Keys and characters of a value that are kept: what an upload may declare by itself, too. */
const MOST_KEYS = 32;
const LONGEST_KEY = 100;
const LONGEST_VALUE = 1_000;

/**
 * The scalars of YAML front matter as strings, and lists of scalars joined with commas; maps, anchors' copies and
 * what is not YAML at all are left out, since the text behind is what matters. At most 32 keys of 1,000 characters.
 */
export function readFrontMatter(source: string): Record<string, string> {
  const document = parseDocument(source, { schema: 'failsafe', logLevel: 'silent', uniqueKeys: false });
  if (document.errors.length > 0) return {};
  const entries: [string, string][] = [];
  const values: unknown = document.toJS({ maxAliasCount: 0 });
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return {};
  for (const [key, value] of Object.entries(values)) {
    const text = scalarText(value);
    if (text === null || key.length > LONGEST_KEY) continue;
    entries.push([key, text.slice(0, LONGEST_VALUE).toWellFormed()]);
    if (entries.length === MOST_KEYS) break;
  }
  return Object.fromEntries(entries);
}

function scalarText(value: unknown): string | null {
  // The failsafe schema makes every scalar a string, as written: `1.10` stays a version, a date a date.
  if (typeof value === 'string') return value.trim() === '' ? null : value.trim();
  if (!Array.isArray(value)) return null;
  const items = value.filter((item) => typeof item === 'string');
  return items.length === 0 ? null : items.join(', ');
}
