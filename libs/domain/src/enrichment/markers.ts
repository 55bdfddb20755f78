const MARKER = /\[(\d{1,3})\]/g;
const STATEMENT = /.*?(?:[.!?]["'”’)]*(?:\s*\[\d{1,3}\])*(?=\s|$)|[。！？](?:\s*\[\d{1,3}\])*)|.+$/gu;

/** The numbers of the `[1]`-style markers of a text, in their order, repeats included. */
export function markersIn(text: string): number[] {
  return [...text.matchAll(MARKER)].map(([, digits]) => Number(digits));
}

/** The text without the markers for which `drop` says so, and without the space before them. */
export function withoutMarkers(text: string, drop: (marker: number) => boolean): string {
  return text.replace(/[ \t]*\[(\d{1,3})\]/g, (match, digits: string) => (drop(Number(digits)) ? '' : match));
}

/**
 * The sentences of a reply, each with the markers that follow it: `It takes a day. [1] Then …` has its first marker in
 * the first statement.
 */
export function statementsOf(text: string): string[] {
  return text
    .split(/\n+/)
    .flatMap((line) => line.match(STATEMENT) ?? [])
    .filter((statement) => statement.trim() !== '');
}
