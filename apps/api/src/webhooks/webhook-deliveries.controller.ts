import { Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiHeader, ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Operation } from '../access/operation.decorator.js';
import { Caller, type Principal } from '../access/principal.js';
import { PREFER, WorkResponder } from '../http/accepted-work.js';
import { idFrom } from '../http/ids.js';
import { WebhookDeliveriesService } from './webhook-deliveries.service.js';
import { StartedDeliveryDto, WebhookDeliveryDetailDto } from './webhook.dto.js';

const ID = { name: 'id', example: 'whd_01k8m3zq4yfk5tx2w7c9v1b6ng' };

@ApiTags('Webhooks')
@Controller('v1/webhook-deliveries')
export class WebhookDeliveriesController {
  constructor(
    private readonly deliveries: WebhookDeliveriesService,
    private readonly responder: WorkResponder,
  ) {}

  @Get(':id')
  @Operation('getWebhookDelivery', {
    summary: 'Read a delivery with its message and every try',
    errors: ['webhook_delivery.not_found'],
  })
  @ApiParam(ID)
  @ApiOkResponse({ type: WebhookDeliveryDetailDto, description: 'The delivery.' })
  async get(@Caller() caller: Principal, @Param('id') id: string): Promise<WebhookDeliveryDetailDto> {
    return this.deliveries.get(caller.orgId, idFrom('webhookDelivery', id));
  }

  @Post(':id/redeliver')
  @HttpCode(202)
  @Operation('redeliverWebhook', {
    summary: 'Send a message again',
    description:
      'However it ended, with a schedule of tries from its beginning, the same bytes and the same `webhook-id`. One that is under way is left alone.',
    errors: ['webhook_delivery.not_found', 'webhook.disabled'],
  })
  @ApiParam(ID)
  @ApiHeader(PREFER)
  @ApiAcceptedResponse({ type: StartedDeliveryDto, description: 'Accepted; `Location` names the delivery.' })
  @ApiOkResponse({
    type: WebhookDeliveryDetailDto,
    description: 'With `Prefer: wait`, the delivery, when it ended in time.',
  })
  async redeliver(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const deliveryId = idFrom('webhookDelivery', id);
    return this.responder.answer(request, reply, {
      orgId: caller.orgId,
      accepted: await this.deliveries.redeliver(caller.orgId, deliveryId),
      location: `/v1/webhook-deliveries/${id}`,
      subject: () => this.deliveries.get(caller.orgId, deliveryId),
    });
  }
}
