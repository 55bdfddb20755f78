import { RateWindows } from '@docket/db/limits/rate-windows';
import type { Logger } from '@docket/platform/logging/logger';
import { Global, Module } from '@nestjs/common';
import { LOGGER } from '../infrastructure/logger.token.js';
import { PostgresRateStore } from './postgres-rate-store.js';
import { RateLimiter } from './rate-limiter.js';
import { RequestLimits } from './request-limits.service.js';
import { RememberedPlans } from './remembered-plans.js';

/** Global, because the guard counts every request and signing in counts its own. */
@Global()
@Module({
  providers: [
    {
      provide: RateLimiter,
      useFactory: (windows: RateWindows, logger: Logger) =>
        new RateLimiter(new PostgresRateStore(windows, logger), logger),
      inject: [RateWindows, LOGGER],
    },
    RememberedPlans,
    RequestLimits,
  ],
  exports: [RequestLimits],
})
export class LimitsModule {}
