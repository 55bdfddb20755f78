import { termWeights } from '@docket/domain/search/lexical';
import { formatSparseVector } from '@docket/domain/search/sparse-vector';
import { analyse } from '@docket/domain/text/analyser';

/** Distinct words of a large help centre, and the exponent with which their frequencies fall (Zipf's law). */
const VOCABULARY = 60_000;
const EXPONENT = 1.05;
/** Words of a passage; the analyser leaves some 35 terms of a real one. */
const WORDS = 45;
/** Subjects that documents are about, and the share of their words that comes from their subject's own. */
const SUBJECTS = 400;
const SUBJECT_WORDS = 150;
const SUBJECT_SHARE = 0.3;

/** Numbers between 0 and 1, the same on every run. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const CUMULATED = cumulatedFrequencies();
const TERMS = new Map<string, string[]>();

/** A word of so many syllables that no two are alike, and none is a real one. */
function wordOf(rank: number): string {
  const syllables = [
    'ba',
    'ke',
    'di',
    'lo',
    'mu',
    'ra',
    'se',
    'ti',
    'vo',
    'zu',
    'fa',
    'ge',
    'hi',
    'no',
    'pu',
    'xe',
  ];
  let word = '';
  for (let rest = rank + 256; rest > 0; rest = Math.floor(rest / 16)) word += syllables[rest % 16] ?? '';
  return word;
}

function cumulatedFrequencies(): Float64Array {
  const sums = new Float64Array(VOCABULARY);
  let sum = 0;
  for (let rank = 0; rank < VOCABULARY; rank += 1) {
    sum += 1 / (rank + 2) ** EXPONENT;
    sums[rank] = sum;
  }
  return sums.map((value) => value / sum);
}

function commonWord(random: () => number): string {
  const wanted = random();
  let [low, high] = [0, VOCABULARY - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((CUMULATED[middle] ?? 1) < wanted) low = middle + 1;
    else high = middle;
  }
  return wordOf(low);
}

/** A word of a subject: those are rare elsewhere. */
function subjectWord(subject: number, random: () => number): string {
  const place = Math.floor(random() ** 2 * SUBJECT_WORDS);
  return wordOf(500 + ((subject * SUBJECT_WORDS + place) % (VOCABULARY - 500)));
}

export function subjectOf(random: () => number): number {
  return Math.floor(random() * SUBJECTS);
}

/** Words as a passage about a subject has them. */
export function passageText(subject: number, random: () => number, words = WORDS): string {
  return Array.from({ length: words }, () =>
    random() < SUBJECT_SHARE ? subjectWord(subject, random) : commonWord(random),
  ).join(' ');
}

/** Stored weights of each of a document's passages, by the rules of the real analysis, its terms kept from word to word. */
export function weightsOf(texts: readonly string[]): string[] {
  const terms = texts.map((text) => text.split(' ').flatMap(termsOf));
  return terms.map((own, index) =>
    formatSparseVector(termWeights(own, [terms[index - 1] ?? [], terms[index + 1] ?? []])),
  );
}

function termsOf(word: string): string[] {
  const known = TERMS.get(word);
  if (known) return known;
  const terms = analyse(word, 'en');
  TERMS.set(word, terms);
  return terms;
}

/** A vector of length one near its subject's own, as the embeddings of passages about one thing lie. */
export function vectorOf(subject: number, dimension: number, random: () => number): Float32Array {
  const centre = randomFrom(subject * 7_919 + 1);
  const values = Float32Array.from({ length: dimension }, () => gaussian(centre) + 0.9 * gaussian(random));
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}

function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
