import { WebhookAddresses } from '@docket/adapters/webhook/address';
import { SecretBox } from '@docket/adapters/webhook/secret-box';
import { webhookSettings } from '@docket/platform/config/webhooks';
import { Module } from '@nestjs/common';
import { ApiSettings } from '../api-settings.js';
import { WorkResponder } from '../http/accepted-work.js';
import { RunsModule } from '../runs/runs.module.js';
import { WebhookDeliveriesController } from './webhook-deliveries.controller.js';
import { WebhookDeliveriesService } from './webhook-deliveries.service.js';
import { WebhooksController } from './webhooks.controller.js';
import { WebhooksService } from './webhooks.service.js';

@Module({
  imports: [RunsModule],
  controllers: [WebhooksController, WebhookDeliveriesController],
  providers: [
    WebhooksService,
    WebhookDeliveriesService,
    WorkResponder,
    {
      provide: WebhookAddresses,
      useFactory: ({ values }: ApiSettings) => new WebhookAddresses(webhookSettings(values)),
      inject: [ApiSettings],
    },
    {
      provide: SecretBox,
      useFactory: ({ values }: ApiSettings) => new SecretBox(webhookSettings(values).secretKeys),
      inject: [ApiSettings],
    },
  ],
  exports: [WebhookDeliveriesService],
})
export class WebhooksModule {}
