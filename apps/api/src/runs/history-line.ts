import type { RunEventTable } from '@docket/db/tables/run';

/** A line of history as far as its sentence goes. */
type Told = Pick<RunEventTable, 'step' | 'what' | 'attempt' | 'durationMs' | 'outcome' | 'detail'>;

/** What is being done in a step, as people say it. A step that is not here is named as it is. */
const DOING: Readonly<Record<string, string>> = {
  verify: 'Verifying',
  parse: 'Parsing',
  chunk: 'Cutting into passages',
  embed: 'Embedding',
  index: 'Indexing',
  prepare: 'Preparing',
  retrieve: 'Looking for passages',
  ask: 'Asking the model',
  check: 'Checking the answer',
  repair: 'Repairing the answer',
  store: 'Storing',
};

/** Why an attempt failed, by the name of its error; the name itself is nobody's business. */
const REASONS: Readonly<Record<string, string>> = {
  StorageFault: 'the storage did not answer',
  ParserStalled: 'the parser stood still',
  EmbedderUnavailable: 'the embedder did not answer',
  ModelUnavailable: 'the model did not answer',
  QueryFailedError: 'the database did not answer',
  TimeoutError: 'a time-out',
  AbortError: 'a time-out',
  ProviderWait: 'the model did not answer',
  ContentBusy: 'another run had the same file in hand',
};
const UNKNOWN_REASON = 'a fault';

/** Longest time that is told to the tenth of a second, and to the second. */
const TENTHS_BELOW_MS = 10_000;
const SECONDS_BELOW_MS = 120_000;

/**
 * The sentence of each line, oldest first: what was done, in which attempt and after what, how long it took, and what
 * came of it. "Parsing, attempt 2 after a time-out, 3.1 s: 2,987 characters of text".
 */
export function historyLines(events: readonly Told[]): string[] {
  const failedBefore = new Map<string, string>();
  return events.map((event) => {
    const line = lineOf(event, failedBefore.get(event.step));
    if (event.outcome === 'retrying' || event.outcome === 'waiting')
      failedBefore.set(event.step, reasonOf(event.detail) ?? UNKNOWN_REASON);
    return line;
  });
}

/** The detail of a line for its readers: ids, counts and codes, and a reason in words. */
export function shownDetail(detail: Told['detail']): Told['detail'] {
  const reason = reasonOf(detail);
  return reason === null ? detail : { ...detail, reason };
}

function lineOf(event: Told, failedBefore: string | undefined): string {
  const { step, what, attempt, durationMs, outcome, detail } = event;
  if (outcome === 'retrying') return `${doing(step)}, attempt ${attempt} failed: ${reasonOf(detail) ?? what}`;
  if (outcome !== 'succeeded') return what;
  // How long the bytes were waited for is what the step of receiving took.
  if (step === 'receive' && durationMs !== null)
    return `Waited ${inWords(durationMs)} for the upload. ${what}`;
  const again = attempt > 1 ? [`attempt ${attempt} after ${failedBefore ?? UNKNOWN_REASON}`] : [];
  const took = durationMs === null ? [] : [inWords(durationMs)];
  return `${[doing(step), ...again, ...took].join(', ')}: ${what}`;
}

function doing(step: string): string {
  return own(DOING, step) ?? `${step.charAt(0).toUpperCase()}${step.slice(1)}`;
}

function reasonOf({ reason }: Told['detail']): string | null {
  return typeof reason === 'string' ? (own(REASONS, reason) ?? UNKNOWN_REASON) : null;
}

/** A duration as people say it. */
function inWords(durationMs: number): string {
  if (durationMs < 1_000) return `${durationMs} ms`;
  if (durationMs < TENTHS_BELOW_MS) return `${(durationMs / 1_000).toFixed(1)} s`;
  if (durationMs < SECONDS_BELOW_MS) return `${Math.round(durationMs / 1_000)} s`;
  return `${Math.round(durationMs / 60_000)} min`;
}

function own(table: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
