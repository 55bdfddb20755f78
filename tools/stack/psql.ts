import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Longer than any statement of the set-up takes; a hung server must not hang `make up`. */
const LIMIT_MS = 20_000;

/**
 * Runs SQL through the client that comes with the server, because this code may use no package. The
 * answer is unaligned text without headers. Throws what psql said.
 */
export function runSql(binDir: string, url: string, sql: string): string {
  const { password, ...parts } = connectionParts(url);
  const args = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', parts.url];
  // The SQL and the password go where `ps` does not show them.
  const result = spawnSync(join(binDir, 'psql'), args, {
    input: sql,
    encoding: 'utf8',
    timeout: LIMIT_MS,
    env: { PATH: process.env['PATH'], LC_ALL: 'C', PGCONNECT_TIMEOUT: '5', PGPASSWORD: password },
  });
  if (result.status === 0) return result.stdout.trim();
  throw new Error((result.stderr || result.error?.message || 'psql was stopped').trim());
}

function connectionParts(url: string): { url: string; password: string } {
  const parsed = new URL(url);
  const password = decodeURIComponent(parsed.password);
  parsed.password = '';
  return { url: parsed.href, password };
}
