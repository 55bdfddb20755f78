import { parseEnv } from 'node:util';

import { readText, writeAtomically } from './files.ts';
import { stackHome, type StackHome } from './home.ts';

export const LOCAL_ENV_NAMES = [
  'DOCKET_URL',
  'DOCKET_API_KEY',
  'DOCKET_OPERATOR_TOKEN',
  'DATABASE_URL',
  'DATABASE_ADMIN_URL',
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
  'TEMPORAL_UI_URL',
  'WORKER_URL',
] as const;

export type LocalEnv = Partial<Record<(typeof LOCAL_ENV_NAMES)[number], string>>;

/** What a shell and dotenv both read as it stands; everything else goes into single quotes. */
const PLAIN = /^[\w@%+=:,./-]*$/;

export function renderLocalEnv(values: LocalEnv): string {
  const lines = LOCAL_ENV_NAMES.flatMap((name) => {
    const value = values[name];
    if (value === undefined) return [];
    if (value.includes("'") || value.includes('\n'))
      throw new Error(`${name} cannot be written to an env file.`);
    return [`${name}=${PLAIN.test(value) ? value : `'${value}'`}`];
  });
  return `${lines.join('\n')}\n`;
}

export function parseLocalEnv(text: string): LocalEnv {
  const parsed = parseEnv(text);
  return Object.fromEntries(LOCAL_ENV_NAMES.flatMap((name) => (parsed[name] ? [[name, parsed[name]]] : [])));
}

/** How to reach the running stack; empty before the first `make up`. */
export function readLocalEnv(home: StackHome = stackHome()): LocalEnv {
  return parseLocalEnv(readText(home.localEnvFile) ?? '');
}

/** The file holds passwords and a key: for its owner only. */
export function writeLocalEnv(home: StackHome, values: LocalEnv): void {
  writeAtomically(home.localEnvFile, renderLocalEnv(values), 0o600);
}
