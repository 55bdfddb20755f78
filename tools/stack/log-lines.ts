/** One line of one log, with the moment by which it is sorted among others. */
export interface LogLine {
  readonly source: string;
  readonly at: number;
  readonly text: string;
}

/** The applications write one JSON object per line with `ts`; anything else has no time of its own. */
export function timeOf(line: string): number | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== 'object' || entry === null || !('ts' in entry)) return undefined;
    const at = typeof entry.ts === 'number' ? entry.ts : Date.parse(String(entry.ts));
    return Number.isNaN(at) ? undefined : at;
  } catch {
    // A line cut by a kill, or text that happens to begin like JSON.
    return undefined;
  }
}

/** A line without a time belongs to the one before it, as the lines of a stack trace do. */
export function parseLog(source: string, text: string): LogLine[] {
  let at = 0;
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      at = timeOf(line) ?? at;
      return { source, at, text: line };
    });
}

/** In time order; lines of one source keep theirs. */
export function mergeLogs(logs: readonly LogLine[][]): LogLine[] {
  return logs.flat().sort((left, right) => left.at - right.at);
}
