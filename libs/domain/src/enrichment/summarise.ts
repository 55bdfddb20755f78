import { analyse, DEFAULT_LANGUAGE } from '../text/analyser.js';
import { sentencesOf } from '../text/sentences.js';
import type { ReducedTicket } from '../ticket/reduce-ticket.js';

const SENTENCES = 2;
const SUMMARY_CHARACTERS = 400;
/** Sentences that are compared; a ticket's point is not on its third page. */
const SENTENCES_READ = 60;
/** Words that ask, or say that something is wrong: where they stand, the point is near. */
const ASKS =
  /\?|\b(?:how|why|when|where|can(?:not|'t)?|could|need|want|would like|please|error|fail\w*|wrong|broken|wie|warum|kann|brauche|fehler|comment|pourquoi|erreur|cómo|por qué)\b/i;

/**
 * A summary of the author's own sentences: those that share most with the rest of the ticket, count more when they ask
 * or come early, in the order in which they stand. No word is added.
 */
export function summariseTicket(subject: string, reduced: ReducedTicket): string {
  const sentences = reduced.paragraphs
    .flatMap((paragraph) => sentencesOf(paragraph))
    .slice(0, SENTENCES_READ);
  if (sentences.length === 0) return (subject.trim() || '–').slice(0, SUMMARY_CHARACTERS);
  const terms = sentences.map(({ text }) => new Set(analyse(text, DEFAULT_LANGUAGE)));
  const frequency = new Map<string, number>();
  for (const term of [...analyse(subject, DEFAULT_LANGUAGE), ...terms.flatMap((set) => [...set])])
    frequency.set(term, (frequency.get(term) ?? 0) + 1);
  const best = sentences
    .map(({ text }, index) => ({
      text,
      index,
      score: score(text, terms[index] ?? new Set(), frequency, index),
    }))
    .sort((left, right) => right.score - left.score || left.index - right.index)
    .slice(0, SENTENCES)
    .sort((left, right) => left.index - right.index);
  return clip(best.map(({ text }) => text).join(' '));
}

function score(
  text: string,
  terms: ReadonlySet<string>,
  frequency: ReadonlyMap<string, number>,
  index: number,
): number {
  let shared = 0;
  for (const term of terms) shared += Math.log(frequency.get(term) ?? 1);
  const density = shared / Math.sqrt(terms.size + 3);
  return density + (ASKS.test(text) ? 0.6 : 0) + 0.5 / (index + 1);
}

function clip(text: string): string {
  if (text.length <= SUMMARY_CHARACTERS) return text;
  const cut = text.slice(0, SUMMARY_CHARACTERS - 1).toWellFormed();
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), SUMMARY_CHARACTERS / 2)).trimEnd()}…`;
}
