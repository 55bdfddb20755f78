import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const SAMPLES = join(import.meta.dirname, '../samples');

/** A message as a released version sent it. Samples are added with a version, and never changed. */
export function readSample(message: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(SAMPLES, `${message}.json`), 'utf8')) as Record<string, unknown>;
}

/** Field names and types, so that a field more is no difference to what a sample asks for. */
export function shapeOf(value: object): Record<string, string> {
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, typeof field]));
}
