import { spawnSync } from 'node:child_process';

/** The program of the tests' Redis: the one that is chosen, or the one on PATH. */
export function redisProgram(environment: NodeJS.ProcessEnv = process.env): string {
  return environment['DOCKET_REDIS_SERVER'] || 'redis-server';
}

/** Says why there is no Redis to test with when there is none. */
export function provideRedis(): string | null {
  if (spawnSync(redisProgram(), ['--version']).status === 0) return null;
  return "it needs redis-server. Install Debian's package of that name, or name the program in DOCKET_REDIS_SERVER.";
}
