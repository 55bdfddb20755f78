import { Module } from '@nestjs/common';
import { BatchesModule } from '../batches/batches.module.js';
import { WorkResponder } from '../http/accepted-work.js';
import { RunsModule } from '../runs/runs.module.js';
import { EnrichmentBatchesController } from './enrichment-batches.controller.js';
import { EnrichmentBatchesService } from './enrichment-batches.service.js';

@Module({
  imports: [BatchesModule, RunsModule],
  controllers: [EnrichmentBatchesController],
  providers: [EnrichmentBatchesService, WorkResponder],
})
export class EnrichmentBatchesModule {}
