import { RateWindows } from '@docket/db/limits/rate-windows';
import type { Logger } from '@docket/platform/logging/logger';
import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { ApiSettings } from '../api-settings.js';
import { LOGGER } from '../infrastructure/logger.token.js';
import { PostgresRateStore } from './postgres-rate-store.js';
import { RateLimiter } from './rate-limiter.js';
import { RateStore } from './rate-store.js';
import { RequestLimits } from './request-limits.service.js';
import { RememberedPlans } from './remembered-plans.js';

/** Global, because the guard counts every request and signing in counts its own. */
@Global()
@Module({
  providers: [
    {
      provide: RateStore,
      useFactory: createStore,
      inject: [ApiSettings, RateWindows, LOGGER],
    },
    {
      provide: RateLimiter,
      useFactory: (store: RateStore, logger: Logger) => new RateLimiter(store, logger),
      inject: [RateStore, LOGGER],
    },
    RememberedPlans,
    RequestLimits,
  ],
  exports: [RequestLimits],
})
export class LimitsModule implements OnApplicationShutdown {
  constructor(private readonly store: RateStore) {}

  onApplicationShutdown(): void {
    this.store.close();
  }
}

async function createStore(
  { values }: ApiSettings,
  windows: RateWindows,
  logger: Logger,
): Promise<RateStore> {
  if (values.REDIS_URL === undefined) return new PostgresRateStore(windows, logger);
  // Loaded only where it is used: its client is some megabytes of code.
  const { RedisRateStore } = await import('./redis-rate-store.js');
  const store = new RedisRateStore(values.REDIS_URL, logger);
  store.connect();
  return store;
}
