import { randomBytes } from 'node:crypto';

import { readFields, writeJson } from './files.ts';
import type { StackHome } from './home.ts';

export interface Secrets {
  readonly postgresPassword: string;
  readonly appPassword: string;
  readonly apiKeyPepper: string;
  readonly storageSigningKey: string;
}

/** URL-safe, so that it stands in a connection URL and in SQL text as it is. */
const password = (): string => randomBytes(24).toString('base64url');
const key = (): string => randomBytes(32).toString('base64');

export function readSecrets(home: StackHome): Secrets | undefined {
  const { postgresPassword, appPassword, apiKeyPepper, storageSigningKey } =
    readFields(home.secretsFile) ?? {};
  if (typeof postgresPassword !== 'string' || typeof appPassword !== 'string') return undefined;
  if (typeof apiKeyPepper !== 'string' || typeof storageSigningKey !== 'string') return undefined;
  return { postgresPassword, appPassword, apiKeyPepper, storageSigningKey };
}

/** Made once per home. The database and the keys issued from it depend on them, so they are never renewed here. */
export function readOrCreateSecrets(home: StackHome): Secrets {
  const stored = readSecrets(home);
  if (stored) return stored;
  const secrets: Secrets = {
    postgresPassword: password(),
    appPassword: password(),
    apiKeyPepper: key(),
    storageSigningKey: key(),
  };
  writeJson(home.secretsFile, secrets, 0o600);
  return secrets;
}
