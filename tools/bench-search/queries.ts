import { passageText, randomFrom, subjectOf, vectorOf } from './made-up-text.ts';

/** Questions of each kind; and those asked before the clock runs, so that pages and plans are where a busy database has them. */
export const QUERIES = 100;
export const WARM_UP = 10;

const QUERY_WORDS = [3, 8, 24];

export interface MadeUpQuery {
  text: string;
  values: Float32Array;
}

/** Queries about the orgs' own subjects, of three lengths, with a vector each; the same on every run. */
export function queries(dimension: number, count: number, seed: number): MadeUpQuery[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, (_, index) => {
    const subject = subjectOf(random);
    const text = passageText(subject, random, QUERY_WORDS[index % QUERY_WORDS.length]);
    return { text, values: vectorOf(subject, dimension, random) };
  });
}
