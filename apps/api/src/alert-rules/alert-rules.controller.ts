import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { Operation } from '../access/operation.decorator.js';
import { Caller, type Principal } from '../access/principal.js';
import { idFrom } from '../http/ids.js';
import { PageQuery, type Page } from '../http/page.js';
import { AlertRuleDto, AlertRulePageDto, CreateAlertRuleDto, UpdateAlertRuleDto } from './alert-rule.dto.js';
import { AlertRulesService } from './alert-rules.service.js';

const ID = { name: 'id', example: 'alr_01k8m3zq4yfk5tx2w7c9v1b6ng' };

@ApiTags('Webhooks')
@Controller('v1/alert-rules')
export class AlertRulesController {
  constructor(private readonly rules: AlertRulesService) {}

  @Post()
  @Operation('createAlertRule', {
    summary: 'Be alerted on failed or waiting runs',
    description:
      'Measured once a minute. Webhooks are told `alert.fired` once, when the value reaches `fireAt`, and `alert.resolved` once, when it falls below `resolveBelow`.',
    body: true,
    errors: ['quota.alert_rules_exceeded'],
  })
  @ApiCreatedResponse({ type: AlertRuleDto, description: 'The rule.' })
  async create(@Caller() caller: Principal, @Body() dto: CreateAlertRuleDto): Promise<AlertRuleDto> {
    return this.rules.create(caller.orgId, dto);
  }

  @Get()
  @Operation('listAlertRules', {
    summary: 'List alert rules, newest first',
    errors: ['request.invalid', 'cursor.invalid'],
  })
  @ApiOkResponse({ type: AlertRulePageDto, description: 'A page of rules with their states.' })
  async list(@Caller() caller: Principal, @Query() query: PageQuery): Promise<Page<AlertRuleDto>> {
    return this.rules.list(caller.orgId, query);
  }

  @Get(':id')
  @Operation('getAlertRule', {
    summary: 'Read an alert rule with its state',
    errors: ['alert_rule.not_found'],
  })
  @ApiParam(ID)
  @ApiOkResponse({ type: AlertRuleDto, description: 'The rule.' })
  async get(@Caller() caller: Principal, @Param('id') id: string): Promise<AlertRuleDto> {
    return this.rules.get(caller.orgId, idFrom('alertRule', id));
  }

  @Patch(':id')
  @Operation('updateAlertRule', {
    summary: 'Change an alert rule',
    description: 'One that fires goes on, until it is measured by what it says now.',
    body: true,
    errors: ['alert_rule.not_found'],
  })
  @ApiParam(ID)
  @ApiOkResponse({ type: AlertRuleDto, description: 'The rule as it is now.' })
  async update(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() dto: UpdateAlertRuleDto,
  ): Promise<AlertRuleDto> {
    return this.rules.update(caller.orgId, idFrom('alertRule', id), dto);
  }

  @Delete(':id')
  @HttpCode(204)
  @Operation('deleteAlertRule', { summary: 'Delete an alert rule', errors: ['alert_rule.not_found'] })
  @ApiParam(ID)
  @ApiNoContentResponse({ description: 'It is gone.' })
  async delete(@Caller() caller: Principal, @Param('id') id: string): Promise<void> {
    await this.rules.delete(caller.orgId, idFrom('alertRule', id));
  }
}
