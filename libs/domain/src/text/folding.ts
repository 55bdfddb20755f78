const NON_ASCII = /[^\u0000-\u007f]/u;
const MARKS_ON_LATIN = /(?<=\p{Script=Latin}\p{M}*)\p{M}+/gu;
const LETTERS_WITHOUT_DECOMPOSITION: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  þ: 'th',
  ı: 'i',
};
const UNDECOMPOSED = new RegExp(`[${Object.keys(LETTERS_WITHOUT_DECOMPOSITION).join('')}]`, 'gu');

/**
 * Compatibility form and typographic variants that would keep equal words apart: NFKC (full-width letters,
 * ligatures, superscripts), the apostrophes U+2018, U+2019 and U+02BC to `'`, the hyphens U+2010 and U+2011
 * to `-`, and the invisible soft hyphen, zero-width space, joiners and byte order mark away. Offsets do not
 * survive: for terms only.
 */
export function normalise(text: string): string {
  if (!NON_ASCII.test(text)) return text;
  return text
    .normalize('NFKC')
    .replace(/[\u2018\u2019\u02bc]/gu, "'")
    .replace(/[\u2010\u2011]/gu, '-')
    .replace(/[\u00ad\u200b-\u200d\u2060\ufeff]/gu, '');
}

/**
 * Lower case, with the one difference to Unicode's case folding that matters to search: final sigma is a
 * sigma.
 */
export function foldCase(word: string): string {
  const lower = word.toLowerCase();
  return lower.includes('ς') ? lower.replaceAll('ς', 'σ') : lower;
}

/**
 * Diacritics policy: marks on Latin letters go (é to e, ü to u), and the Latin letters that do not decompose
 * get their usual spelling (ß to ss, ø to o). Other scripts keep theirs, where a mark makes another letter
 * (Cyrillic й, Japanese が, Indic vowels). Expects lower case.
 */
export function foldDiacritics(word: string): string {
  if (!NON_ASCII.test(word)) return word;
  return word
    .normalize('NFD')
    .replace(MARKS_ON_LATIN, '')
    .normalize('NFC')
    .replace(UNDECOMPOSED, (letter) => LETTERS_WITHOUT_DECOMPOSITION[letter] ?? letter);
}
