import { Module } from '@nestjs/common';
import { RunWaiter } from './run-waiter.js';
import { RunsController } from './runs.controller.js';
import { RunsService } from './runs.service.js';

@Module({
  controllers: [RunsController],
  providers: [RunsService, RunWaiter],
  exports: [RunsService, RunWaiter],
})
export class RunsModule {}
