import { Module } from '@nestjs/common';
import { RunsModule } from '../runs/runs.module.js';
import { BatchesService } from './batches.service.js';

@Module({ imports: [RunsModule], providers: [BatchesService], exports: [BatchesService] })
export class BatchesModule {}
