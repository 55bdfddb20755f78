import { Module } from '@nestjs/common';
import { RunStarter } from './run-starter.js';
import { RunWaiter } from './run-waiter.js';
import { RunsController } from './runs.controller.js';
import { RunsService } from './runs.service.js';

@Module({
  controllers: [RunsController],
  providers: [RunsService, RunStarter, RunWaiter],
  exports: [RunsService, RunStarter, RunWaiter],
})
export class RunsModule {}
