import { mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

import { readText } from './files.ts';

/** Big enough for days of development, small enough to open in an editor. */
const ROTATE_ABOVE_BYTES = 20 * 1024 * 1024;

/** Opens a log for appending. One older file is kept, so a log takes twice the limit plus one run at most. */
export function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true });
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > ROTATE_ABOVE_BYTES) renameSync(path, rotatedLog(path));
  return openSync(path, 'a');
}

export function rotatedLog(path: string): string {
  return `${path}.1`;
}

export function lastLines(path: string, count: number): string[] {
  return (readText(path) ?? '').trimEnd().split('\n').slice(-count);
}
