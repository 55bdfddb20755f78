import { Module } from '@nestjs/common';
import { PeopleModule } from '../people/people.module.js';
import { PlatformOrgsController } from './platform-orgs.controller.js';
import { PlatformOrgsService } from './platform-orgs.service.js';

/** What operators of the whole installation do. */
@Module({
  imports: [PeopleModule],
  controllers: [PlatformOrgsController],
  providers: [PlatformOrgsService],
})
export class PlatformModule {}
