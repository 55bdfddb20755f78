import { TenantDatabase } from '@docket/db/tenant-database';
import { toTypeId } from '@docket/domain/ids/type-id';
import { Injectable } from '@nestjs/common';
import { newId } from '../infrastructure/ids.js';
import type { CreateOrgDto, PlatformOrgDto } from './platform-org.dto.js';

@Injectable()
export class PlatformOrgsService {
  constructor(private readonly tenants: TenantDatabase) {}

  async create({ name }: CreateOrgDto): Promise<PlatformOrgDto> {
    const orgId = newId();
    await this.tenants.withTenant(orgId, (tx) => tx.orgs.create(name));
    return { id: toTypeId('org', orgId), name };
  }
}
