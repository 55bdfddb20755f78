import { join } from 'node:path';
import { parseEnv } from 'node:util';

import { readText } from './files.ts';
import { StackError } from './stack-error.ts';

/** The caller's environment; what it lacks comes from the repository's .env. */
export function callerEnvironment(repo: string): NodeJS.ProcessEnv {
  return { ...parseEnv(readText(join(repo, '.env')) ?? ''), ...process.env };
}

/** Every variable the applications read. A test of theirs holds .env.example to their configuration. */
export function declaredVariables(envExample: string): string[] {
  return [...envExample.matchAll(/^#?\s*([A-Z][A-Z0-9_]*)=/gm)].map((match) => match[1] ?? '');
}

export interface DatabaseUrls {
  readonly adminUrl: string;
  readonly appUrl: string;
}

/**
 * The caller's own Postgres, or undefined to start one. The embedded one's own addresses do not count:
 * whoever sourced local.env means the stack it describes.
 */
export function externalDatabase(
  environment: NodeJS.ProcessEnv,
  embedded: DatabaseUrls | undefined,
): DatabaseUrls | undefined {
  const { DATABASE_URL: appUrl, DATABASE_ADMIN_URL: adminUrl } = environment;
  const ownApp = !appUrl || appUrl === embedded?.appUrl;
  const ownAdmin = !adminUrl || adminUrl === embedded?.adminUrl;
  if (ownApp && ownAdmin) return undefined;
  if (!ownApp && !ownAdmin) return { appUrl, adminUrl };
  const [foreign, own] = ownApp
    ? ['DATABASE_ADMIN_URL', 'DATABASE_URL']
    : ['DATABASE_URL', 'DATABASE_ADMIN_URL'];
  throw new StackError(
    `${foreign} names a Postgres of your own, ${own} does not.`,
    'set both, or unset both to use the embedded one.',
  );
}

/** The caller's own Temporal server, or undefined to start one. */
export function externalTemporal(
  environment: NodeJS.ProcessEnv,
  embeddedAddress: string | undefined,
): string | undefined {
  const { TEMPORAL_ADDRESS: address } = environment;
  return address && address !== embeddedAddress ? address : undefined;
}

/** A port number in a variable, or undefined for none or none that makes sense. */
export function portIn(value: string | undefined): number | undefined {
  const port = Number(value);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}
