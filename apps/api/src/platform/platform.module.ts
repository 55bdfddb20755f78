import { Module } from '@nestjs/common';
import { EmbeddingProfilesController } from './embedding-profiles/embedding-profiles.controller.js';
import { EmbeddingProfilesService } from './embedding-profiles/embedding-profiles.service.js';
import { InstallationLogController } from './log/installation-log.controller.js';
import { PeopleModule } from '../people/people.module.js';
import { PlatformOrgsController } from './platform-orgs.controller.js';
import { PlatformOrgsService } from './platform-orgs.service.js';

/** What operators of the whole installation do. */
@Module({
  imports: [PeopleModule],
  controllers: [PlatformOrgsController, EmbeddingProfilesController, InstallationLogController],
  providers: [PlatformOrgsService, EmbeddingProfilesService],
})
export class PlatformModule {}
