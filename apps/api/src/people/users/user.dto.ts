import { ROLES, type Role } from '@docket/domain/access/roles';
import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { ApiTime } from '../../openapi/properties.js';

export class ChangeRoleDto {
  @ApiProperty({ enum: ROLES, example: 'admin' })
  @IsIn(ROLES)
  role!: Role;
}

export class MemberDto {
  @ApiProperty({ example: 'usr_01k8m3zq4yfk5tx2w7c9v1b6ng' }) id!: string;
  @ApiProperty({ example: 'ada@larkspur.example' }) email!: string;
  @ApiProperty({ example: 'Ada Byron' }) name!: string;
  @ApiProperty({ enum: ROLES, example: 'agent' }) role!: Role;
  @ApiTime({ description: 'When they joined the organisation.', example: '2026-05-04T09:12:33.120Z' })
  joinedAt!: string;
}

export class MemberPageDto {
  @ApiProperty({ type: [MemberDto] }) data!: MemberDto[];
  @ApiProperty({ type: String, nullable: true, example: null }) nextCursor!: string | null;
}
