import type { RateWindow } from '@docket/db/limits/rate-windows';
import type { Logger } from '@docket/platform/logging/logger';
import { createClient } from '@redis/client';
import { RateStore, WINDOW_SECONDS } from './rate-store.js';

/** Counting takes a millisecond; beyond this a replica had better count alone. */
const ANSWER_WITHIN_MS = 250;
const CONNECT_WITHIN_MS = 2_000;
const RECONNECT_MOST_MS = 2_000;

/** One step, so that no window is ever left without an end. */
const TAKE = `
local used = redis.call('INCRBY', KEYS[1], ARGV[1])
local ends = redis.call('PTTL', KEYS[1])
if ends < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  ends = tonumber(ARGV[2])
end
return {used, ends}`;

/** Counts in Redis, which forgets windows by itself and takes the load off Postgres. */
export class RedisRateStore extends RateStore {
  readonly #client: ReturnType<typeof createClient>;

  constructor(url: string, logger: Logger) {
    super();
    this.#client = createClient({
      url,
      // What cannot be asked now is not worth asking later.
      disableOfflineQueue: true,
      commandOptions: { timeout: ANSWER_WITHIN_MS },
      socket: {
        connectTimeout: CONNECT_WITHIN_MS,
        reconnectStrategy: (retries) => Math.min(RECONNECT_MOST_MS, 50 * 2 ** Math.min(retries, 6)),
      },
    });
    // It connects again by itself; whoever asks meanwhile is told, and says so in the log.
    this.#client.on('error', (error: unknown) => {
      logger.debug({ error }, 'Redis is away');
    });
  }

  /** Begins to connect, and goes on trying. The API starts without it. */
  connect(): void {
    this.#client.connect().catch(() => undefined);
  }

  override async take(bucket: string, count: number): Promise<RateWindow> {
    const answer = await this.#client.eval(TAKE, {
      keys: [`docket:rate:${bucket}`],
      arguments: [String(count), String(WINDOW_SECONDS * 1_000)],
    });
    if (!Array.isArray(answer)) throw new TypeError('Redis answered something else');
    return { used: Number(answer[0]), endsInMs: Number(answer[1]) };
  }

  override close(): void {
    this.#client.destroy();
  }
}
