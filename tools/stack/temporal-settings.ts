import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';

/** A file as Temporal servers read it: each key has a list of values, each for what its constraints name. */
type SettingsFile = Record<string, readonly { value: unknown; constraints?: object }[]>;

const TEMPORAL_SETTINGS_FILE = resolve(import.meta.dirname, '../../deploy/temporal/dynamic-config.yaml');

/**
 * What Docket asks of its Temporal server, each as `key=JSON`: the development server takes them one by one.
 *
 * @throws Error when a key has several values, or one that holds for a part only: the development server has none of that
 */
export function temporalSettings(file = TEMPORAL_SETTINGS_FILE): string[] {
  const settings = parse(readFileSync(file, 'utf8')) as SettingsFile;
  return Object.entries(settings).map(([key, [first, ...others]]) => {
    if (!first || first.constraints || others.length > 0)
      throw new Error(`${file}: ${key} must have one value without constraints`);
    return `${key}=${JSON.stringify(first.value)}`;
  });
}
