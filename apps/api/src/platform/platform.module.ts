import { Module } from '@nestjs/common';
import { BatchesModule } from '../batches/batches.module.js';
import { EmbeddingProfilesController } from './embedding-profiles/embedding-profiles.controller.js';
import { EmbeddingProfilesService } from './embedding-profiles/embedding-profiles.service.js';
import { InstallationLogController } from './log/installation-log.controller.js';
import { RunBatchesModule } from '../run-batches/run-batches.module.js';
import { PeopleModule } from '../people/people.module.js';
import { PlatformOrgsController } from './platform-orgs.controller.js';
import { PlatformRunsController } from './runs/platform-runs.controller.js';
import { PlatformRunsService } from './runs/platform-runs.service.js';
import { PlatformOrgsService } from './platform-orgs.service.js';

/** What operators of the whole installation do. */
@Module({
  imports: [BatchesModule, PeopleModule, RunBatchesModule],
  controllers: [
    PlatformOrgsController,
    EmbeddingProfilesController,
    InstallationLogController,
    PlatformRunsController,
  ],
  providers: [PlatformOrgsService, EmbeddingProfilesService, PlatformRunsService],
})
export class PlatformModule {}
