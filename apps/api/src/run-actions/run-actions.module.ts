import { Module } from '@nestjs/common';
import { BatchesModule } from '../batches/batches.module.js';
import { WorkResponder } from '../http/accepted-work.js';
import { KnowledgeModule } from '../knowledge/knowledge.module.js';
import { RunsModule } from '../runs/runs.module.js';
import { TicketsModule } from '../tickets/tickets.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { KIND_ACTIONS } from './kinds/actions-by-kind.js';
import { RunActionsController } from './run-actions.controller.js';
import { RunActionsService } from './run-actions.service.js';

/** Above the modules of the kinds of runs, whose services it calls. */
@Module({
  imports: [BatchesModule, KnowledgeModule, RunsModule, TicketsModule, WebhooksModule],
  controllers: [RunActionsController],
  providers: [...KIND_ACTIONS, RunActionsService, WorkResponder],
})
export class RunActionsModule {}
