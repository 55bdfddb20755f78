import type { ReducedTicket } from './reduce-ticket.js';

/** Characters of a query: what a search takes, and more than anybody needs to say what they want. */
const QUERY_CHARACTERS = 3_000;
/** How much of what follows the first paragraph still enters. */
const REST_CHARACTERS = 900;

const GREETING =
  /^(?:dear|hi|hello|hey|good (?:morning|afternoon|day|evening)|to whom it may concern|hallo|guten (?:tag|morgen)|sehr geehrte\w*|bonjour|hola|ciao|buongiorno)\b[^.!?\n]{0,40}?(?:[,.!:]\s*|$)/i;
const REPLY_PREFIX = /^(?:(?:re|aw|wg|fwd?|tr|sv)(?:\[\d+\])?\s*:\s*)+/i;

/**
 * The text under which the knowledge base is searched for a ticket. Terms count as often as they stand in it, so the
 * subject and the first paragraph, where people say what they want, stand in it twice.
 */
export function ticketQuery(subject: string, reduced: ReducedTicket): string {
  const title = subject.replace(REPLY_PREFIX, '').trim();
  const [first = '', ...others] = reduced.paragraphs
    .map((paragraph) => paragraph.replace(GREETING, '').trim())
    .filter((paragraph) => paragraph !== '');
  const opening = first.slice(0, REST_CHARACTERS);
  const rest = [first.slice(REST_CHARACTERS), ...others].join('\n').slice(0, REST_CHARACTERS);
  return [title, title, opening, opening, rest, ...reduced.evidence]
    .filter((part) => part.trim() !== '')
    .join('\n')
    .slice(0, QUERY_CHARACTERS)
    .toWellFormed();
}
