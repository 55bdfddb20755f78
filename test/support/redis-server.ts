import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anyFreePort, isListening } from '../../tools/stack/ports.ts';
import { redisProgram } from '../../tools/test-full/redis.ts';
import { until } from './until.ts';

export interface RedisServer {
  url: string;
  stop(): Promise<void>;
}

/** A real Redis of its own, empty and in memory, on a given port or on one of its own. */
export async function startRedisServer(wanted?: number): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'docket-redis-'));
  const port = wanted ?? (await anyFreePort());
  const child = spawn(
    redisProgram(),
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder],
    { stdio: 'ignore' },
  );
  const exited = once(child, 'exit');
  await until('Redis listens', () => isListening(port), 20_000);
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      child.kill('SIGKILL');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
