/** Where a quote stands in a text: UTF-16 offsets, end exclusive, and the text's own characters there. */
export interface FoundQuote {
  start: number;
  end: number;
  quote: string;
}

/**
 * Fewest characters of a quote, folded: shorter ones are in nearly every passage, and support nothing by being there.
 */
export const QUOTE_LEAST_CHARACTERS = 12;

const SINGLE_QUOTES = /[\u2018\u2019\u201a\u201b\u2032\u02bc]/;
const DOUBLE_QUOTES = /[\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb]/;
const WHITE_SPACE = /[\s\u200b\u2060\ufeff]/;

/**
 * Finds a quote verbatim in a text. Runs of white space and typographic quotation marks are folded for the comparison,
 * nothing else: case, dashes, digits and every letter count. Null when it is not there, or too short to mean anything.
 */
export function findQuote(text: string, quote: string): FoundQuote | null {
  const wanted = fold(quote).text.trim();
  if (wanted.length < QUOTE_LEAST_CHARACTERS) return null;
  const folded = fold(text);
  const at = folded.text.indexOf(wanted);
  if (at < 0) return null;
  const start = folded.offsets[at] ?? 0;
  // The last character's own end: a folded run of white space cannot be last, since the quote is trimmed.
  const end = (folded.offsets[at + wanted.length - 1] ?? 0) + 1;
  return { start, end, quote: text.slice(start, end) };
}

/** The text as it is compared, with the place in the original of each of its characters. */
function fold(text: string): { text: string; offsets: number[] } {
  const characters: string[] = [];
  const offsets: number[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const character = foldCharacter(text.charAt(index));
    if (character === ' ' && characters.at(-1) === ' ') continue;
    characters.push(character);
    offsets.push(index);
  }
  return { text: characters.join(''), offsets };
}

function foldCharacter(character: string): string {
  if (character <= '~' && character > ' ') return character;
  if (WHITE_SPACE.test(character)) return ' ';
  if (SINGLE_QUOTES.test(character)) return "'";
  return DOUBLE_QUOTES.test(character) ? '"' : character;
}
