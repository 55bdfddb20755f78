import { Module } from '@nestjs/common';
import { FailuresController } from './failures.controller.js';
import { RunCanceller } from './run-canceller.js';
import { RunSignaller } from './run-signaller.js';
import { RunStarter } from './run-starter.js';
import { RunWaiter } from './run-waiter.js';
import { RunsController } from './runs.controller.js';
import { RunsService } from './runs.service.js';

@Module({
  controllers: [FailuresController, RunsController],
  providers: [RunCanceller, RunsService, RunSignaller, RunStarter, RunWaiter],
  exports: [RunCanceller, RunsService, RunSignaller, RunStarter, RunWaiter],
})
export class RunsModule {}
