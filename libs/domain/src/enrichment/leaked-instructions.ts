import type { ModelReply } from './model-reply.js';
import { sharesWords } from './shared-words.js';

/** Words in a row that nobody writes by chance about a ticket. */
const RUN = 12;

const FIELDS = ['summary', 'priorityReason', 'reply'] as const;
export type LeakingField = (typeof FIELDS)[number];

/**
 * The texts of a reply that repeat the instructions it was asked with: somebody asked the model to.
 *
 * @param instructions the prompt's own words, without the taxonomy: a reason may well repeat what a priority says of itself
 */
export function leakingFields(reply: ModelReply, instructions: string): LeakingField[] {
  if (instructions.split(/\s+/).length < RUN) return [];
  return FIELDS.filter((field) => sharesWords(reply[field] ?? '', [instructions], RUN));
}

/** The reply without those texts. */
export function withoutFields(reply: ModelReply, fields: readonly LeakingField[]): ModelReply {
  return { ...reply, ...Object.fromEntries(fields.map((field) => [field, ''])) };
}
