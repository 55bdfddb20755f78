import { Module } from '@nestjs/common';
import { PeopleModule } from '../people/people.module.js';
import { OrgController } from './org.controller.js';
import { OrgService } from './org.service.js';

@Module({ imports: [PeopleModule], controllers: [OrgController], providers: [OrgService] })
export class OrgModule {}
