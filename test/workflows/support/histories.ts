import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Closed histories, in a folder per workflow, one per way it can go. */
const HISTORIES = join(import.meta.dirname, '../histories');

/** @param name folder and scenario, such as `document-ingest/indexed-inline` */
export function historyFile(name: string): string {
  return join(HISTORIES, `${name}.json`);
}

export function recordedNames(): string[] {
  return readdirSync(HISTORIES, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();
}

export function readHistory(name: string): { events: { eventType: string }[] } {
  return JSON.parse(readFileSync(historyFile(name), 'utf8')) as { events: { eventType: string }[] };
}
