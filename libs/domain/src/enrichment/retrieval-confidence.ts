import { characterSimilarities, type SimilarityCandidate } from '../search/character-similarity.js';
import { inverseDocumentFrequency, termId } from '../search/lexical.js';
import { analyse, DEFAULT_LANGUAGE } from '../text/analyser.js';

/** What retrieval itself says about whether a ticket can be answered. */
export interface RetrievalSignals {
  /** The idf of the ticket's terms that stand in the best passage, over the square root of the idf of all of them. */
  lexical: number;
  /** Cosine of character n-grams between the ticket and the best passage, 0 to 1. */
  character: number;
}

export interface TermFrequencies {
  chunkTotal: number;
  byTerm: ReadonlyMap<number, number>;
}

/** Passages that are looked at: an answer further down was not found. */
const LOOKED_AT = 5;

/** The hashed terms whose frequencies `retrievalSignals` needs. */
export function signalTerms(text: string): number[] {
  return [...new Set(analyse(text, DEFAULT_LANGUAGE).map(termId))];
}

/**
 * How well the best of the passages fits what the ticket asks.
 *
 * @param text subject and first paragraph: what follows only dilutes
 */
export function retrievalSignals(
  text: string,
  passages: readonly SimilarityCandidate[],
  frequencies: TermFrequencies,
): RetrievalSignals {
  const looked = passages.slice(0, LOOKED_AT);
  if (looked.length === 0) return { lexical: 0, character: 0 };
  const asked = signalTerms(text).map((term) => ({
    term,
    idf: inverseDocumentFrequency(frequencies.byTerm.get(term) ?? 0, frequencies.chunkTotal),
  }));
  const mass = asked.reduce((sum, { idf }) => sum + idf, 0);
  const found = looked.map(({ title, headings, text: passage }) => {
    const terms = new Set(signalTerms([title, ...headings, passage].join('\n')));
    return asked.reduce((sum, { term, idf }) => (terms.has(term) ? sum + idf : sum), 0);
  });
  return {
    lexical: mass === 0 ? 0 : Math.max(...found) / Math.sqrt(mass),
    character: Math.max(...characterSimilarities(text, looked)),
  };
}

/** Fitted by logistic regression on the tuning half of the sample questions: decision 0021 has the curve. */
const WEIGHTS = { intercept: -4.06, lexical: 1.18, character: 11.4 } as const;

/** The signals as one share of belief, 0 to 1, that the passages hold an answer. */
export function retrievalConfidence({ lexical, character }: RetrievalSignals): number {
  const score = WEIGHTS.intercept + WEIGHTS.lexical * lexical + WEIGHTS.character * character;
  return 1 / (1 + Math.exp(-score));
}

/**
 * Below this nobody's reply is shown, whatever the model says of itself. Low on purpose: a model reads better than these
 * signals, and is only overruled where there is next to nothing.
 */
export const RETRIEVAL_FLOOR = 0.05;

/**
 * Below this the extractive model, which does not read at all, abstains: at this point four of five answers have the
 * right passage before them, and one of twenty questions without an answer gets one.
 */
export const EXTRACTIVE_THRESHOLD = 0.5;
