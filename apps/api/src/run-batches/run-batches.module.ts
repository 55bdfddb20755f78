import { Module } from '@nestjs/common';
import { BatchesModule } from '../batches/batches.module.js';
import { WorkResponder } from '../http/accepted-work.js';
import { RunsModule } from '../runs/runs.module.js';
import { RunBatchesController } from './run-batches.controller.js';
import { RunBatchesService } from './run-batches.service.js';

@Module({
  imports: [BatchesModule, RunsModule],
  controllers: [RunBatchesController],
  providers: [RunBatchesService, WorkResponder],
  exports: [RunBatchesService],
})
export class RunBatchesModule {}
