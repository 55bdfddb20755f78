/** Where case or digits change inside a name: `userName`, `HTTPServer`, `LSP4012`; not in `PDFs`. */
const CASE_AND_DIGIT_BORDERS =
  /(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll}{2})|(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})/u;
const SEPARATORS = /[-._:/@+]+/u;
const VERSION = /^v?\d+(?:\.\d+){2,}$/iu;
const DECIMAL = /^\d+(?:[.:/]\d+)+$/u;
const GROUPED_NUMBER = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/u;
const TWO_WORDS = /^\p{L}+-\p{L}+$/u;

/**
 * Everything that an identifier, error code, version number or hyphenated word is found by, in the order of
 * the text: the whole and its parts, still in their own case and not stemmed.
 *
 *   LSP-4012      LSP-4012, LSP, 4012          externalId    externalId, external, Id
 *   max_retries   max_retries, max, retries    sign-in       sign-in, signin, sign, in
 *   2.14.1        2.14.1, 2.14                 1,000         1000
 *
 * A version is found by its first two numbers too, but not by each number, which would match any other
 * number. A hyphenated pair is found without the hyphen, since writers disagree on it (e-mail, email).
 */
export function compoundForms(compound: string): string[] {
  if (GROUPED_NUMBER.test(compound)) return [compound.replaceAll(',', '')];
  if (VERSION.test(compound)) return versionForms(compound);
  if (DECIMAL.test(compound)) return [compound];
  const parts: string[] = [];
  for (const piece of compound.split(SEPARATORS)) {
    const inner = piece.split(CASE_AND_DIGIT_BORDERS);
    if (inner.length > 1 && piece !== compound) parts.push(piece);
    parts.push(...inner);
  }
  const several = parts.filter((part) => part !== '');
  if (several.length < 2) return several;
  const joined = TWO_WORDS.test(compound) ? [compound.replace('-', '')] : [];
  return [compound, ...joined, ...several];
}

function versionForms(version: string): string[] {
  const numbers = version.replace(/^v/iu, '');
  const forms = [numbers, numbers.split('.').slice(0, 2).join('.')];
  return numbers === version ? forms : [version, ...forms];
}
