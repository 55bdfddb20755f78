import { createRequire } from 'node:module';

/**
 * The baselines that `make eval` compares with: BM25 over windows of 150 words, in memory. It shares no code with
 * Docket's search on purpose: a mistake in that must not move this. Plain: lower-cased words and Lucene's k1 1.2 and b
 * 0.75, as BM25 is given in a text book. Stemmed: with Snowball English and Lucene's English stop words too, as a search
 * engine set to English has it out of the box.
 */
const K1 = 1.2;
const B = 0.75;
const WINDOW_WORDS = 150;

const STOP_WORDS = new Set(
  (
    'a an and are as at be but by for if in into is it no not of on or such that the their then there these they ' +
    'this to was will with'
  ).split(' '),
);

interface Stemmer {
  stem(word: string): string;
}
/** The package is a dependency of the domain; loaded from there, without the domain's own code around it. */
const snowball = createRequire(import.meta.resolve('@docket/domain/text/analyser'))('snowball-stemmers') as {
  newStemmer(language: string): Stemmer;
};

interface Window {
  document: string;
  text: string;
}

interface IndexedWindow extends Window {
  counts: Map<string, number>;
  length: number;
}

export class PlainBm25 {
  private readonly analysis: 'plain' | 'stemmed';
  private readonly stemmer = snowball.newStemmer('english');
  private readonly windows: IndexedWindow[];
  private readonly frequencies = new Map<string, number>();
  private readonly averageLength: number;

  /** @param documents the extracted text of each, under its name */
  constructor(documents: ReadonlyMap<string, string>, analysis: 'plain' | 'stemmed') {
    this.analysis = analysis;
    this.windows = [...documents].flatMap(([document, text]) =>
      windowsOf(text).map((window) => this.index(document, window)),
    );
    this.averageLength = this.windows.reduce((sum, { length }) => sum + length, 0) / this.windows.length;
  }

  /** The best windows first. */
  search(query: string, limit: number): Window[] {
    const terms = this.terms(query);
    return this.windows
      .map((window) => ({ window, score: this.score(terms, window) }))
      .filter(({ score }) => score > 0)
      .sort((left, right) => right.score - left.score)
      .slice(0, limit)
      .map(({ window: { document, text } }) => ({ document, text }));
  }

  private index(document: string, text: string): IndexedWindow {
    const terms = this.terms(text);
    const counts = new Map<string, number>();
    for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
    for (const term of counts.keys()) this.frequencies.set(term, (this.frequencies.get(term) ?? 0) + 1);
    return { document, text, counts, length: terms.length };
  }

  private score(terms: readonly string[], { counts, length }: IndexedWindow): number {
    let score = 0;
    for (const term of terms) {
      const count = counts.get(term) ?? 0;
      if (count === 0) continue;
      const frequency = this.frequencies.get(term) ?? 0;
      const idf = Math.log(1 + (this.windows.length - frequency + 0.5) / (frequency + 0.5));
      score += (idf * count * (K1 + 1)) / (count + K1 * (1 - B + (B * length) / this.averageLength));
    }
    return score;
  }

  private terms(text: string): string[] {
    const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
    if (this.analysis === 'plain') return words;
    return words.filter((word) => !STOP_WORDS.has(word)).map((word) => this.stemmer.stem(word));
  }
}

function windowsOf(text: string): string[] {
  const words = text.split(/\s+/u).filter((word) => word !== '');
  const windows: string[] = [];
  for (let start = 0; start < words.length; start += WINDOW_WORDS) {
    windows.push(words.slice(start, start + WINDOW_WORDS).join(' '));
  }
  return windows;
}
