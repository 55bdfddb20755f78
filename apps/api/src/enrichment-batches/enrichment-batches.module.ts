import { Module } from '@nestjs/common';
import { WorkResponder } from '../http/accepted-work.js';
import { RunsModule } from '../runs/runs.module.js';
import { EnrichmentBatchesController } from './enrichment-batches.controller.js';
import { EnrichmentBatchesService } from './enrichment-batches.service.js';

@Module({
  imports: [RunsModule],
  controllers: [EnrichmentBatchesController],
  providers: [EnrichmentBatchesService, WorkResponder],
  exports: [EnrichmentBatchesService],
})
export class EnrichmentBatchesModule {}
