import { TenantDatabase } from '@docket/db/tenant-database';
import { ROLES, type Role } from '@docket/domain/access/roles';
import { toTypeId } from '@docket/domain/ids/type-id';
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Operation } from '../access/operation.decorator.js';
import { Caller, type Principal } from '../access/principal.js';

class CallerOrgDto {
  @ApiProperty({ example: 'org_01k8m3zq4yfk5tx2w7c9v1b6ng' }) id!: string;
  @ApiProperty({ example: 'Larkspur' }) name!: string;
}

class MeDto {
  @ApiProperty({ type: CallerOrgDto }) org!: CallerOrgDto;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The API key, for a machine.',
    example: 'key_01k8m3zq4yfk5tx2w7c9v1b6ng',
  })
  apiKeyId!: string | null;
  @ApiProperty({
    type: [String],
    description: 'What the API key allows; empty for a person.',
    example: ['documents:read', 'search'],
  })
  scopes!: string[];
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Who signed in, for a person.',
    example: 'usr_01k8m3zq4yfk5tx2w7c9v1b6ng',
  })
  userId!: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    enum: ROLES,
    description: "The person's role.",
    example: 'agent',
  })
  role!: Role | null;
}

@ApiTags('Platform')
@Controller('v1/me')
export class MeController {
  constructor(private readonly tenants: TenantDatabase) {}

  @Get()
  @Operation('getMe', { summary: 'Say who the credential speaks for' })
  @ApiOkResponse({ type: MeDto, description: 'Organisation and scopes of the credential.' })
  async get(@Caller() caller: Principal): Promise<MeDto> {
    const org = await this.tenants.withTenant(caller.orgId, (tx) => tx.orgs.find());
    return {
      org: { id: toTypeId('org', caller.orgId), name: org?.name ?? '' },
      apiKeyId: caller.kind === 'api_key' ? toTypeId('apiKey', caller.apiKeyId) : null,
      scopes: caller.kind === 'api_key' ? [...caller.scopes] : [],
      userId: caller.kind === 'user' ? toTypeId('user', caller.userId) : null,
      role: caller.kind === 'user' ? caller.role : null,
    };
  }
}
