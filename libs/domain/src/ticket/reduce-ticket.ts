/** What a person wrote in a ticket, apart from what their tools added. */
export interface ReducedTicket {
  /** The author's own words, paragraph by paragraph. */
  paragraphs: string[];
  /** What identifies the logs and traces that were cut out: error names, codes, messages. */
  evidence: string[];
}

/** Longest body that is looked at; a request is made in the first pages. */
const READ_CHARACTERS = 64_000;
/** Lines of a log that are kept: the first ones name the trouble, the rest repeat it. */
const EVIDENCE_LINES = 5;
const EVIDENCE_CHARACTERS = 200;

const QUOTED_LINE = /^\s*>/;
const QUOTE_HEADER =
  /^\s*(?:on .{4,120} wrote:|am .{4,120} schrieb .{0,120}:|le .{4,120} a écrit\s?:|el .{4,120} escribió:|-{2,}\s*(?:original message|forwarded message|ursprüngliche nachricht|message d'origine|mensaje original)\s*-{2,}|_{10,})\s*$/i;
const SIGNATURE =
  /^\s*(?:-- ?|(?:kind |best |warm |many )?regards,?|best( wishes)?,?|cheers,?|sincerely( yours)?,?|yours (?:sincerely|faithfully),?|thanks(?: in advance)?[,.!]?|thank you[,.!]?|many thanks[,.!]?|mit freundlichen grüßen,?|viele grüße,?|cordialement,?|saludos,?|sent from my .{2,40})\s*$/i;
const DISCLAIMER =
  /confidential|intended (?:only )?for the|if you are not the intended recipient|vertraulich/i;
const STACK_FRAME =
  /^\s*(?:at [\w$.<>[\]/ ]+\(.*\)?|at .+:\d+(?::\d+)?|File ".+", line \d+|\.\.\. \d+ more|goroutine \d+)/;
const LOG_LINE =
  /^\s*(?:\[?\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}|\[?\d{2}:\d{2}:\d{2}|(?:\[)?(?:trace|debug|info|warn(?:ing)?|error|fatal)\b[\]: ]|[{[]".+":)/i;
const ERROR_LINE =
  /\b[A-Za-z_.]*(?:Error|Exception|Failure|Fault)\b|\b[A-Z][A-Z0-9]{1,9}[-_]\d{2,6}\b|\berror(?: code)?[ :#]+\S+|\b[45]\d\d\b/;

/**
 * Cuts a ticket down to what its author says: quoted mail, signatures and everything behind them go, logs and stack
 * traces are reduced to what identifies them. A ticket of nothing but such things keeps its text.
 */
export function reduceTicket(body: string): ReducedTicket {
  const lines = body.slice(0, READ_CHARACTERS).replace(/\r\n?/g, '\n').split('\n');
  const own: string[] = [];
  const evidence: string[] = [];
  for (const line of lines) {
    if (endsTheMessage(line, own)) break;
    if (QUOTED_LINE.test(line) || STACK_FRAME.test(line)) continue;
    if (LOG_LINE.test(line) || looksLikeData(line)) noteEvidence(evidence, line);
    else own.push(line);
  }
  const paragraphs = paragraphsOf(own.join('\n'));
  const isEmpty = paragraphs.length === 0 && evidence.length === 0;
  return { paragraphs: isEmpty ? paragraphsOf(lines.join('\n')) : paragraphs, evidence };
}

/** What follows is somebody else's mail, or a signature: thanks before the first word end nothing. */
function endsTheMessage(line: string, before: readonly string[]): boolean {
  return QUOTE_HEADER.test(line) || (SIGNATURE.test(line) && before.some((text) => text.trim() !== ''));
}

function paragraphsOf(text: string): string[] {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replace(/\s+/g, ' ').trim())
    .filter((paragraph) => paragraph !== '' && !DISCLAIMER.test(paragraph));
}

function noteEvidence(evidence: string[], line: string): void {
  if (evidence.length >= EVIDENCE_LINES) return;
  const text = line
    .replace(/\b\d{4}-\d{2}-\d{2}[T ][\d:.,]+Z?|\b\d{2}:\d{2}:\d{2}[\d.,]*/g, ' ')
    .replace(/\b0x[0-9a-f]+\b|\b[0-9a-f]{12,}\b|\b[0-9a-f]{8}-[0-9a-f-]{27}\b/gi, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, EVIDENCE_CHARACTERS);
  if (ERROR_LINE.test(text) && !evidence.includes(text)) evidence.push(text);
}

/** Base64, minified code and dumps: long lines with hardly a space. */
function looksLikeData(line: string): boolean {
  return line.length > 200 && (line.match(/\s/g)?.length ?? 0) < line.length / 40;
}
