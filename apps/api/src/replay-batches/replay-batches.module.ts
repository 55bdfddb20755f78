import { Module } from '@nestjs/common';
import { BatchesModule } from '../batches/batches.module.js';
import { WorkResponder } from '../http/accepted-work.js';
import { RunsModule } from '../runs/runs.module.js';
import { ReplayBatchesController } from './replay-batches.controller.js';
import { ReplayBatchesService } from './replay-batches.service.js';

@Module({
  imports: [BatchesModule, RunsModule],
  controllers: [ReplayBatchesController],
  providers: [ReplayBatchesService, WorkResponder],
})
export class ReplayBatchesModule {}
