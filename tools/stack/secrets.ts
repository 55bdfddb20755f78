import { generateKeyPairSync, randomBytes } from 'node:crypto';

import { readFields, writeJson } from './files.ts';
import type { StackHome } from './home.ts';

export interface Secrets {
  readonly postgresPassword: string;
  readonly appPassword: string;
  readonly apiKeyPepper: string;
  readonly storageSigningKey: string;
  readonly operatorToken: string;
  readonly authSigningKeys: string;
  readonly webhookSecretKeys: string;
}

/** URL-safe, so that it stands in a connection URL and in SQL text as it is. */
const password = (): string => randomBytes(24).toString('base64url');
const key = (): string => randomBytes(32).toString('base64');

/** A JSON Web Key Set with one ES256 key; signing-keys.js rotates the set of an installation that lasts. */
export function newSigningKeys(): string {
  const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  return JSON.stringify({ keys: [{ ...jwk, kid: randomBytes(8).toString('hex') }] });
}

const MAKERS: Record<keyof Secrets, () => string> = {
  postgresPassword: password,
  appPassword: password,
  apiKeyPepper: key,
  storageSigningKey: key,
  operatorToken: password,
  authSigningKeys: newSigningKeys,
  webhookSecretKeys: key,
};

const NAMES = Object.keys(MAKERS) as (keyof Secrets)[];

/** What the home holds; undefined unless it holds every secret. */
export function readSecrets(home: StackHome): Secrets | undefined {
  const stored = storedSecrets(home);
  return NAMES.every((name) => stored[name] !== undefined) ? (stored as Secrets) : undefined;
}

/**
 * Made once per home. The database and the keys issued from it depend on them, so none is ever renewed here; one that
 * an older home does not know yet is added beside the others.
 */
export function readOrCreateSecrets(home: StackHome): Secrets {
  const stored = readSecrets(home);
  if (stored) return stored;
  const made = Object.fromEntries(NAMES.map((name) => [name, MAKERS[name]()]));
  const secrets = { ...made, ...storedSecrets(home) } as Secrets;
  writeJson(home.secretsFile, secrets, 0o600);
  return secrets;
}

function storedSecrets(home: StackHome): Partial<Secrets> {
  const fields = readFields(home.secretsFile) ?? {};
  return Object.fromEntries(
    NAMES.flatMap((name) => (typeof fields[name] === 'string' ? [[name, fields[name]]] : [])),
  );
}
