import type { RunTable } from '@docket/db/tables/run';
import { toTypeId } from '@docket/domain/ids/type-id';
import type { RunState } from '@docket/domain/run/state-rules';
import { Injectable } from '@nestjs/common';
import { WebhookDeliveriesService } from '../../webhooks/webhook-deliveries.service.js';
import { unknownStep, type AnswerOf, type KindActions } from './kind-actions.js';

@Injectable()
export class DeliveryActions implements KindActions {
  constructor(private readonly deliveries: WebhookDeliveriesService) {}

  location(run: RunTable): string {
    return `/v1/webhook-deliveries/${toTypeId('webhookDelivery', run.subjectId)}`;
  }

  subject(run: RunTable): Promise<object> {
    return this.deliveries.get(run.orgId, run.subjectId);
  }

  retry(run: RunTable, answerOf: AnswerOf): Promise<RunState> {
    return this.deliveries.takeUp(run.orgId, run.id, { kind: 'retry', by: 'person' }, answerOf);
  }

  async rerun(run: RunTable, fromStep: string, answerOf: AnswerOf): Promise<RunState> {
    if (fromStep !== 'send') throw unknownStep(['send']);
    return this.deliveries.takeUp(run.orgId, run.id, { kind: 'rerun', by: 'person', fromStep }, answerOf);
  }
}
