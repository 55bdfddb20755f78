import { characterSimilarities } from '../search/character-similarity.js';
import { guessLanguage } from '../text/language-guess.js';
import { sentencesOf } from '../text/sentences.js';
import { passageLabel, type Passage } from './enrichment-result.js';
import { QUOTE_LEAST_CHARACTERS } from './find-quote.js';
import type { ModelCitation } from './model-reply.js';

const QUOTES_MAX = 3;
/** Passages that quotes are taken from. */
const PASSAGES_READ = 4;
/** A quote worth less than this part of the best one is left out. */
const LEAST_OF_BEST = 0.6;
const QUOTE_CHARACTERS_MAX = 400;
/** Marks of tables, code and headings, which read as noise out of their place. */
const NOT_PROSE = /[|`{}<>]|^#|^[-*_=]{3,}$|^\W*$/;

/** What stands around the quotes. A language that is not here is one in which this model says nothing. */
const PHRASES: Readonly<Record<string, { opening: string; from: (title: string) => string }>> = {
  en: { opening: 'This is what our help pages say:', from: (title) => `From “${title}”:` },
  de: { opening: 'Dazu steht in unserer Hilfe:', from: (title) => `Aus „${title}“:` },
  fr: { opening: 'Voici ce que disent nos pages d’aide :', from: (title) => `Extrait de « ${title} » :` },
  es: { opening: 'Esto es lo que dicen nuestras páginas de ayuda:', from: (title) => `De «${title}»:` },
};

interface Candidate {
  passage: number;
  text: string;
  score: number;
}

/**
 * A reply of nothing but quotes: the sentences of the best passages that are most like the ticket, each with its
 * marker. Null when no sentence fits, or when passages and ticket are not in one language: it does not translate.
 */
export function extractiveReply(
  query: string,
  language: string,
  passages: readonly Passage[],
): { reply: string; citations: ModelCitation[] } | null {
  const phrases = PHRASES[language];
  if (!phrases) return null;
  const chosen = choose(query, language, passages);
  if (chosen.length === 0) return null;
  const lines = [phrases.opening];
  let lastTitle = '';
  chosen.forEach(({ passage, text }, index) => {
    const title = passages[passage]?.title ?? '';
    if (title !== lastTitle && title !== '') lines.push('', phrases.from(title));
    lastTitle = title;
    lines.push(`${text} [${index + 1}]`);
  });
  return {
    reply: lines.join('\n'),
    citations: chosen.map(({ passage, text }, index) => ({
      marker: index + 1,
      passage: passageLabel(passage),
      quote: text,
    })),
  };
}

function choose(query: string, language: string, passages: readonly Passage[]): Candidate[] {
  const candidates = passages.slice(0, PASSAGES_READ).flatMap(({ text }, passage) =>
    sentencesOf(text)
      .map((sentence) => sentence.text.replace(/^(?:[-*•]|\d{1,2}[.)])\s+/, ''))
      .filter((sentence) => isQuotable(sentence, language))
      .map((sentence) => ({ passage, text: sentence })),
  );
  const similar = characterSimilarities(
    query,
    candidates.map(({ text, passage }) => ({
      title: passages[passage]?.title ?? '',
      headings: passages[passage]?.sectionPath ?? [],
      text,
    })),
  );
  const scored = candidates
    // The passage's place counts: retrieval has seen more than one sentence.
    .map((candidate, index) => ({
      ...candidate,
      score: (similar[index] ?? 0) / (1 + 0.35 * candidate.passage),
    }))
    .sort((left, right) => right.score - left.score || left.passage - right.passage);
  const best = scored[0]?.score ?? 0;
  if (best <= 0) return [];
  return scored
    .filter(({ score }) => score >= best * LEAST_OF_BEST)
    .slice(0, QUOTES_MAX)
    .sort((left, right) => left.passage - right.passage);
}

function isQuotable(sentence: string, language: string): boolean {
  if (sentence.length < QUOTE_LEAST_CHARACTERS || sentence.length > QUOTE_CHARACTERS_MAX) return false;
  if (NOT_PROSE.test(sentence) || !/\s/.test(sentence) || sentence.endsWith(':')) return false;
  const own = guessLanguage(sentence);
  return own === null || own === language;
}
