import type { Logger } from '@docket/platform/logging/logger';
import type { MetricsEndpoint } from '@docket/platform/metrics';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { AccessGuard } from './access/access.guard.js';
import { ApiKeyAuthenticator } from './access/api-key-authenticator.js';
import { Authenticator } from './access/authenticator.js';
import { OperatorAuthenticator } from './access/operator-authenticator.js';
import { AlertRulesModule } from './alert-rules/alert-rules.module.js';
import { ApiSettings } from './api-settings.js';
import { AuditModule } from './audit/audit.module.js';
import { Draining } from './health/draining.js';
import { HealthController } from './health/health.controller.js';
import { IdempotencyInterceptor } from './idempotency/idempotency.interceptor.js';
import { IdempotencyModule } from './idempotency/idempotency.module.js';
import { InfrastructureModule } from './infrastructure/infrastructure.module.js';
import { KnowledgeModule } from './knowledge/knowledge.module.js';
import { ApiKeysModule } from './api-keys/api-keys.module.js';
import { LimitsModule } from './limits/limits.module.js';
import { MeController } from './me/me.controller.js';
import { OrgModule } from './org/org.module.js';
import { PeopleModule } from './people/people.module.js';
import { PlatformModule } from './platform/platform.module.js';
import { RunActionsModule } from './run-actions/run-actions.module.js';
import { EnrichmentBatchesModule } from './enrichment-batches/enrichment-batches.module.js';
import { ReplayBatchesModule } from './replay-batches/replay-batches.module.js';
import { RunBatchesModule } from './run-batches/run-batches.module.js';
import { RunsModule } from './runs/runs.module.js';
import { TicketsModule } from './tickets/tickets.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

@Module({})
export class AppModule {
  static for(
    settings: ApiSettings,
    logger: Logger,
    metrics: MetricsEndpoint,
    beside: readonly Type[] = [],
  ): DynamicModule {
    return {
      module: AppModule,
      imports: [
        InfrastructureModule.for(settings, logger, metrics),
        IdempotencyModule,
        LimitsModule,
        AuditModule,
        KnowledgeModule,
        RunsModule,
        RunActionsModule,
        RunBatchesModule,
        EnrichmentBatchesModule,
        ReplayBatchesModule,
        TicketsModule,
        PlatformModule,
        PeopleModule,
        OrgModule,
        ApiKeysModule,
        AlertRulesModule,
        WebhooksModule,
      ],
      controllers: [HealthController, MeController, ...beside],
      providers: [
        ApiKeyAuthenticator,
        OperatorAuthenticator,
        Authenticator,
        Draining,
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
      ],
    };
  }
}
