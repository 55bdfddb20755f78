import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { lastLines } from './log-file.ts';
import { LOOPBACK } from './ports.ts';
import { createCluster, serverEnvironment, settleServerLock } from './postgres-cluster.ts';
import { logFile, type ProcessFolders } from './process.ts';
import { runSql } from './psql.ts';
import { serverUser } from './server-user.ts';
import { ensureService, type Service, type StartOutcome } from './service.ts';
import { StackError } from './stack-error.ts';
import { stopService, STOP_MANNERS } from './stop.ts';

export interface PostgresOptions extends ProcessFolders {
  readonly binDir: string;
  readonly dataDir: string;
  readonly port: number;
  readonly superuserPassword: string;
  readonly appPassword: string;
}

export interface RunningPostgres {
  /** As the superuser. */
  readonly adminUrl: string;
  /** As the role the applications use, which owns nothing. */
  readonly appUrl: string;
  readonly outcome: StartOutcome;
  stop(): Promise<boolean>;
}

const DATABASE = 'docket';
const APP_ROLE = 'docket_app';

/** fsync and synchronous_commit keep their defaults: what was acknowledged survives a kill, here as in production. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: LOOPBACK,
  // No socket file: its path has a length limit that a deep checkout exceeds.
  unix_socket_directories: '',
  shared_buffers: '256MB',
  max_connections: '100',
  // An HNSW build beyond this falls back to a much slower one.
  maintenance_work_mem: '256MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/** Crash recovery reads the log since the last checkpoint first: 2 s measured, more on a slow disk. */
const READY_WITHIN_MS = 60_000;

export function postgresUrls(
  port: number,
  passwords: { superuserPassword: string; appPassword: string },
): { adminUrl: string; appUrl: string } {
  const url = (role: string, password: string): string =>
    `postgres://${role}:${password}@${LOOPBACK}:${port}/${DATABASE}`;
  return {
    adminUrl: url('postgres', passwords.superuserPassword),
    appUrl: url(APP_ROLE, passwords.appPassword),
  };
}

/**
 * Leaves a Postgres running on this data folder, with the database and the application's role in it.
 * The folder is created at first; later calls find what is there. Run by root, the folder and the
 * programs must be where preparePostgresPlace puts them.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const { binDir, dataDir, port, runDir, logsDir } = options;
  if (!existsSync(dataDir)) createCluster(binDir, dataDir, options.superuserPassword);
  settleServerLock(runDir, dataDir);
  const settings = Object.entries({ port: String(port), ...SETTINGS });
  const args = ['-D', dataDir, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const outcome = await startAfterOldBackends(
    {
      name: 'postgres',
      command: join(binDir, 'postgres'),
      args,
      environment: serverEnvironment(),
      workingDir: dataDir,
      user: serverUser(),
      fingerprint: [binDir, ...args].join(' '),
      stop: STOP_MANNERS.postgres,
      readyWithinMs: READY_WITHIN_MS,
      isReady: async () =>
        spawnSync(join(binDir, 'pg_isready'), ['-q', '-h', LOOPBACK, '-p', String(port)]).status === 0,
    },
    { runDir, logsDir },
  );
  const urls = postgresUrls(port, options);
  createDatabase(binDir, urls.adminUrl, options.appPassword);
  return { ...urls, outcome, stop: () => stopService(runDir, 'postgres') };
}

/** Backends of a killed server leave as soon as they look up from what they do. */
const OLD_BACKENDS_LEAVE_WITHIN_MS = 15_000;

async function startAfterOldBackends(service: Service, folders: ProcessFolders): Promise<StartOutcome> {
  const deadline = performance.now() + OLD_BACKENDS_LEAVE_WITHIN_MS;
  for (;;) {
    try {
      return await ensureService(folders, service);
    } catch (error) {
      const lastWords = lastLines(logFile(folders.logsDir, service.name), 3).join('\n');
      if (!lastWords.includes('shared memory block') || performance.now() > deadline) throw error;
      await pause(500);
    }
  }
}

/** Idempotent. Passwords are base64url, see secrets.ts, so they need no quoting. */
function createDatabase(binDir: string, adminUrl: string, appPassword: string): void {
  const server = new URL(adminUrl);
  server.pathname = '/postgres';
  const sql = `
    SELECT 'CREATE DATABASE ${DATABASE}'
      WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '${DATABASE}') \\gexec
    SELECT 'CREATE ROLE ${APP_ROLE} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD ''${appPassword}'''
      WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${APP_ROLE}') \\gexec
  `;
  try {
    runSql(binDir, server.href, sql);
  } catch (error) {
    throw new StackError(
      `Postgres refused the set-up: ${error instanceof Error ? error.message : String(error)}`,
      'if secrets.json was replaced, the old database is lost to it: `make clean`, then `make up`.',
    );
  }
}
