import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

import { LOOPBACK } from './ports.ts';
import type { ProcessFolders } from './process.ts';
import { ensureService, type StartOutcome } from './service.ts';
import { stopService, STOP_MANNERS } from './stop.ts';
import { temporalSettings } from './temporal-settings.ts';

export interface TemporalOptions extends ProcessFolders {
  readonly executable: string;
  readonly dbFile: string;
  readonly port: number;
  readonly uiPort: number;
}

export interface RunningTemporal {
  readonly address: string;
  readonly uiUrl: string;
  readonly outcome: StartOutcome;
  stop(): Promise<boolean>;
}

export const NAMESPACE = 'docket';

const SEARCH_ATTRIBUTES = ['DocketOrg', 'DocketKind', 'DocketSubject', 'DocketState', 'DocketError'];

/** WAL with NORMAL loses no committed history when the process dies, and does not wait for the disk each time. */
const SQLITE_PRAGMAS = ['journal_mode=WAL', 'synchronous=NORMAL'];

/** Ready in one second with an empty file; the limit allows for a large one on a slow disk. */
const READY_WITHIN_MS = 60_000;

function serverArguments(options: TemporalOptions): string[] {
  const repeated = (flag: string, values: readonly string[]): string[] =>
    values.flatMap((value) => [flag, value]);
  return [
    ...['server', 'start-dev', '--headless=false', '--ui-disable-news-fetch', '--log-level', 'warn'],
    // What the user's own profile says about some other server is not for this one.
    ...['--disable-config-file', '--disable-config-env'],
    ...['--ip', LOOPBACK, '--port', String(options.port), '--ui-port', String(options.uiPort)],
    ...['--db-filename', options.dbFile, '--namespace', NAMESPACE],
    ...repeated('--sqlite-pragma', SQLITE_PRAGMAS),
    ...repeated(
      '--search-attribute',
      SEARCH_ATTRIBUTES.map((name) => `${name}=Keyword`),
    ),
    ...repeated('--dynamic-config-value', temporalSettings()),
  ];
}

/** Leaves a Temporal dev server running on this database file, namespace and search attributes included. */
export async function startTemporal(options: TemporalOptions): Promise<RunningTemporal> {
  const { executable, runDir, logsDir } = options;
  const address = `${LOOPBACK}:${options.port}`;
  mkdirSync(dirname(options.dbFile), { recursive: true });
  const args = serverArguments(options);
  const outcome = await ensureService(
    { runDir, logsDir },
    {
      name: 'temporal',
      command: executable,
      args,
      environment: process.env,
      workingDir: dirname(options.dbFile),
      fingerprint: [executable, ...args].join(' '),
      stop: STOP_MANNERS.temporal,
      readyWithinMs: READY_WITHIN_MS,
      isReady: () => isServing(executable, address),
    },
  );
  return {
    address,
    uiUrl: `http://${LOOPBACK}:${options.uiPort}`,
    outcome,
    stop: () => stopService(runDir, 'temporal'),
  };
}

/** Asks for the last thing the server sets up: it answers health checks before the namespace is there. */
async function isServing(executable: string, address: string): Promise<boolean> {
  const local = ['--address', address, '--disable-config-file', '--disable-config-env'];
  const args = ['operator', 'search-attribute', 'list', '--namespace', NAMESPACE, ...local];
  const answer = await output(executable, [...args, '--command-timeout', '5s']);
  return SEARCH_ATTRIBUTES.every((name) => answer.includes(name));
}

async function output(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    child.once('error', reject);
    child.once('close', () => resolve(text));
  });
}
