import { parseDocument } from 'yaml';

/** Keys and characters of a value that are kept: what an upload may declare by itself, too. */
const MOST_KEYS = 32;
const LONGEST_KEY = 100;
const LONGEST_VALUE = 1_000;

/**
 * The scalars of YAML front matter as strings, and lists of scalars joined with commas; maps are left out.
 * What is not YAML, or uses aliases, gives nothing, since the text behind it is what matters. At most 32 keys
 * of 1,000 characters.
 */
export function readFrontMatter(source: string): Record<string, string> {
  const entries: [string, string][] = [];
  for (const [key, value] of Object.entries(readMapping(source))) {
    const text = scalarText(value);
    if (text === null || key.length > LONGEST_KEY) continue;
    entries.push([key, text.slice(0, LONGEST_VALUE).toWellFormed()]);
    if (entries.length === MOST_KEYS) break;
  }
  return Object.fromEntries(entries);
}

function readMapping(source: string): object {
  try {
    const document = parseDocument(source, { schema: 'failsafe', logLevel: 'silent', uniqueKeys: false });
    // Aliases are refused: a few lines of them unfold to gigabytes.
    const value: unknown = document.errors.length > 0 ? null : document.toJS({ maxAliasCount: 0 });
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    // What YAML cannot make a value of, by aliases or by depth, is no metadata; the document is read all the same.
    return {};
  }
}

function scalarText(value: unknown): string | null {
  // The failsafe schema makes every scalar a string, as written: `1.10` stays a version, a date a date.
  if (typeof value === 'string') return value.trim() === '' ? null : value.trim();
  if (!Array.isArray(value)) return null;
  const items = value.filter((item) => typeof item === 'string');
  return items.length === 0 ? null : items.join(', ');
}
