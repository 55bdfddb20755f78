import { Module } from '@nestjs/common';
import { ExamplesController } from '../examples/examples.controller.js';
import { WorkResponder } from '../http/accepted-work.js';
import { PromptTests } from '../prompts/prompt-tests.service.js';
import { PromptsController } from '../prompts/prompts.controller.js';
import { PromptsService } from '../prompts/prompts.service.js';
import { RunsModule } from '../runs/runs.module.js';
import { TaxonomyController } from '../taxonomy/taxonomy.controller.js';
import { UsageController } from '../usage/usage.controller.js';
import { DecisionTeller } from './decision-teller.js';
import { DecisionsService } from './decisions.service.js';
import { EnrichmentRuns } from './enrichment-runs.service.js';
import { EnrichmentsController } from './enrichments.controller.js';
import { EnrichmentsService } from './enrichments.service.js';
import { ReplaysService } from './replays.service.js';
import { TicketImportService } from './ticket-import.service.js';
import { TicketIntake } from './ticket-intake.js';
import { TicketsController } from './tickets.controller.js';
import { TicketsService } from './tickets.service.js';

@Module({
  imports: [RunsModule],
  controllers: [
    TicketsController,
    EnrichmentsController,
    TaxonomyController,
    ExamplesController,
    PromptsController,
    UsageController,
  ],
  providers: [
    DecisionTeller,
    DecisionsService,
    EnrichmentRuns,
    EnrichmentsService,
    PromptTests,
    PromptsService,
    ReplaysService,
    TicketImportService,
    TicketIntake,
    TicketsService,
    WorkResponder,
  ],
  exports: [DecisionsService, EnrichmentRuns, EnrichmentsService, TicketsService],
})
export class TicketsModule {}
