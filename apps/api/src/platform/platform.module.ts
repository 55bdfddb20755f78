import { Module } from '@nestjs/common';
import { PlatformOrgsController } from './platform-orgs.controller.js';
import { PlatformOrgsService } from './platform-orgs.service.js';

/** What operators of the whole installation do. */
@Module({ controllers: [PlatformOrgsController], providers: [PlatformOrgsService] })
export class PlatformModule {}
