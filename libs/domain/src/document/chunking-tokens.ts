/**
 * Characters per token in a run of one class of characters, fitted to what byte-pair tokenisers for English
 * do: a common word is one token whatever its length, long words break about every eight letters, numbers
 * every three digits, accented, Cyrillic or Arabic letters every three, an ideograph or half of an emoji is a
 * token, and rules of dashes and indents are cheap, though never free: a bound on tokens is a bound on
 * characters.
 */
const CLASSES = {
  space: 8,
  letter: 8,
  digit: 3,
  otherLetter: 3,
  ideograph: 1,
  punctuation: 4,
} as const;

type CharacterClass = keyof typeof CLASSES;

/** The most characters that one estimated token can stand for. */
export const MOST_CHARACTERS_PER_TOKEN = 8;

/**
 * Counts tokens while a text is read, one code unit at a time, so that a splitter knows the size of what lies
 * behind it without reading anything twice.
 */
export class TokenCounter {
  private current: CharacterClass = 'space';
  private run = 0;
  private total = 0;

  get tokens(): number {
    return this.total;
  }

  /** Adds one UTF-16 code unit and returns the tokens so far. */
  add(code: number): number {
    const found = classOf(code);
    if (found !== this.current) {
      this.current = found;
      this.run = 0;
    }
    // The single space between two words is part of the word behind it.
    const first = found === 'space' ? CLASSES.space - 1 : 0;
    if (this.run % CLASSES[found] === first) this.total += 1;
    this.run += 1;
    return this.total;
  }
}

/**
 * An estimate of the tokens that a language model or embedder would count: for English prose about 1.3 per
 * word. No provider's tokeniser is at hand in every process, and each provider counts differently; sizes of
 * chunks and prompts need a stable figure, not an exact one. Linear in the text.
 */
export function estimateTokens(text: string): number {
  const counter = new TokenCounter();
  for (let index = 0; index < text.length; index += 1) counter.add(text.charCodeAt(index));
  return counter.tokens;
}

const ASCII_CLASSES: readonly CharacterClass[] = Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[a-z]/iu.test(character)) return 'letter';
  if (/\d/u.test(character)) return 'digit';
  return code <= 0x20 ? 'space' : 'punctuation';
});

function classOf(code: number): CharacterClass {
  const ascii = ASCII_CLASSES[code];
  if (ascii !== undefined) return ascii;
  if (code === 0xa0 || code === 0x3000) return 'space';
  if (code >= 0x2000 && code <= 0x2bff) return 'punctuation';
  return code >= 0x2e80 ? 'ideograph' : 'otherLetter';
}
