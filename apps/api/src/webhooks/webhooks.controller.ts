import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Operation } from '../access/operation.decorator.js';
import { Caller, type Principal } from '../access/principal.js';
import { PREFER, WorkResponder } from '../http/accepted-work.js';
import { idFrom } from '../http/ids.js';
import { PageQuery, type Page } from '../http/page.js';
import { WebhookDeliveriesService } from './webhook-deliveries.service.js';
import {
  CreatedWebhookDto,
  CreateWebhookDto,
  RotateWebhookSecretDto,
  StartedDeliveryDto,
  UpdateWebhookDto,
  WebhookDeliveryDetailDto,
  WebhookDeliveryDto,
  WebhookDeliveryPageDto,
  WebhookDto,
  WebhookPageDto,
  WebhookSecretDto,
} from './webhook.dto.js';
import { WebhooksService } from './webhooks.service.js';

const ID = { name: 'id', example: 'whk_01k8m3zq4yfk5tx2w7c9v1b6ng' };
/** Hours for which two secrets count, unless somebody says otherwise: a day to deploy the new one. */
const OVERLAP_HOURS = 24;

@ApiTags('Webhooks')
@Controller('v1/webhooks')
export class WebhooksController {
  constructor(
    private readonly webhooks: WebhooksService,
    private readonly deliveries: WebhookDeliveriesService,
    private readonly responder: WorkResponder,
  ) {}

  @Post()
  @Operation('createWebhook', {
    summary: 'Have events sent to an address',
    description:
      'Messages are signed by Standard Webhooks. A receiver answers with 2xx within ten seconds; otherwise a message is tried again for three days.',
    body: true,
    errors: ['webhook.address_refused', 'webhook.not_configured', 'quota.webhooks_exceeded'],
  })
  @ApiCreatedResponse({
    type: CreatedWebhookDto,
    description: 'The webhook with its secret, shown this once.',
  })
  async create(@Caller() caller: Principal, @Body() dto: CreateWebhookDto): Promise<CreatedWebhookDto> {
    return this.webhooks.create(caller.orgId, dto);
  }

  @Get()
  @Operation('listWebhooks', {
    summary: 'List webhooks, newest first',
    errors: ['request.invalid', 'cursor.invalid'],
  })
  @ApiOkResponse({ type: WebhookPageDto, description: 'A page of webhooks.' })
  async list(@Caller() caller: Principal, @Query() query: PageQuery): Promise<Page<WebhookDto>> {
    return this.webhooks.list(caller.orgId, query);
  }

  @Get(':id')
  @Operation('getWebhook', { summary: 'Read a webhook, not its secret', errors: ['webhook.not_found'] })
  @ApiParam(ID)
  @ApiOkResponse({ type: WebhookDto, description: 'The webhook.' })
  async get(@Caller() caller: Principal, @Param('id') id: string): Promise<WebhookDto> {
    return this.webhooks.get(caller.orgId, idFrom('webhook', id));
  }

  @Patch(':id')
  @Operation('updateWebhook', {
    summary: 'Change a webhook, disable it or enable it again',
    body: true,
    errors: ['webhook.not_found', 'webhook.address_refused'],
  })
  @ApiParam(ID)
  @ApiOkResponse({ type: WebhookDto, description: 'The webhook as it is now.' })
  async update(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() dto: UpdateWebhookDto,
  ): Promise<WebhookDto> {
    return this.webhooks.update(caller.orgId, idFrom('webhook', id), dto);
  }

  @Delete(':id')
  @HttpCode(204)
  @Operation('deleteWebhook', {
    summary: 'Delete a webhook with its deliveries',
    errors: ['webhook.not_found'],
  })
  @ApiParam(ID)
  @ApiNoContentResponse({ description: 'It is gone, and sent to no more.' })
  async delete(@Caller() caller: Principal, @Param('id') id: string): Promise<void> {
    await this.webhooks.delete(caller.orgId, idFrom('webhook', id));
  }

  @Post(':id/rotate-secret')
  @Operation('rotateWebhookSecret', {
    summary: 'Give a webhook its next secret',
    description: 'Until the one before ends, messages carry a signature by each.',
    body: true,
    errors: ['webhook.not_found', 'webhook.not_configured'],
  })
  @ApiParam(ID)
  @ApiCreatedResponse({ type: WebhookSecretDto, description: 'The secret, shown this once.' })
  async rotateSecret(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() { overlapHours = OVERLAP_HOURS }: RotateWebhookSecretDto,
  ): Promise<WebhookSecretDto> {
    return this.webhooks.rotateSecret(caller.orgId, idFrom('webhook', id), overlapHours);
  }

  @Post(':id/test')
  @HttpCode(202)
  @Operation('testWebhook', {
    summary: 'Send a webhook a message to see that it comes through',
    errors: ['webhook.not_found', 'webhook.disabled'],
  })
  @ApiParam(ID)
  @ApiHeader(PREFER)
  @ApiAcceptedResponse({ type: StartedDeliveryDto, description: 'Accepted; `Location` names the delivery.' })
  @ApiOkResponse({
    type: WebhookDeliveryDetailDto,
    description: 'With `Prefer: wait`, the delivery, when it ended in time.',
  })
  async test(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const accepted = await this.deliveries.sendTest(caller.orgId, idFrom('webhook', id));
    return this.responder.answer(request, reply, {
      orgId: caller.orgId,
      accepted,
      location: `/v1/webhook-deliveries/${accepted.deliveryId}`,
      subject: () => this.deliveries.get(caller.orgId, idFrom('webhookDelivery', accepted.deliveryId)),
    });
  }

  @Get(':id/deliveries')
  @Operation('listWebhookDeliveries', {
    summary: 'List what was sent to a webhook, newest first',
    errors: ['webhook.not_found', 'request.invalid', 'cursor.invalid'],
  })
  @ApiParam(ID)
  @ApiOkResponse({ type: WebhookDeliveryPageDto, description: 'A page of deliveries.' })
  async listDeliveries(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Query() query: PageQuery,
  ): Promise<Page<WebhookDeliveryDto>> {
    return this.deliveries.list(caller.orgId, idFrom('webhook', id), query);
  }
}
