import { RUN_STATES, type RunState } from '@docket/domain/run/state-rules';
import { WEBHOOK_EVENTS, type WebhookEvent } from '@docket/domain/webhook/event';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMinSize, ArrayUnique, IsArray, IsBoolean, IsIn } from 'class-validator';
import { IsInteger } from '../http/integer.validator.js';
import { Optional, OptionalOrNull } from '../http/optional.js';
import { IsText } from '../http/text.validator.js';
import { ApiInteger, ApiTime } from '../openapi/properties.js';

const URL_DOC = {
  format: 'uri',
  description: 'https, on port 443 or 8443, of a host on the internet, without user name and password.',
  example: 'https://hooks.example.com/docket',
};
const EVENTS_DOC = {
  enum: WEBHOOK_EVENTS,
  isArray: true,
  minItems: 1,
  uniqueItems: true,
  description: 'What it is told of.',
  example: ['alert.fired', 'alert.resolved'],
};
const DISABLED_REASONS = ['by_hand', 'failing', 'gone'] as const;

export class CreateWebhookDto {
  @ApiProperty(URL_DOC)
  @IsText(2_048)
  url!: string;

  @ApiProperty(EVENTS_DOC)
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(WEBHOOK_EVENTS, { each: true })
  events!: WebhookEvent[];

  @ApiPropertyOptional({ example: 'The on-call channel.' })
  @Optional()
  @IsText(500)
  description?: string;
}

export class UpdateWebhookDto {
  @ApiPropertyOptional(URL_DOC)
  @Optional()
  @IsText(2_048)
  url?: string;

  @ApiPropertyOptional(EVENTS_DOC)
  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(WEBHOOK_EVENTS, { each: true })
  events?: WebhookEvent[];

  @ApiPropertyOptional({ type: String, nullable: true, example: 'The on-call channel.' })
  @OptionalOrNull()
  @IsText(500)
  description?: string | null;

  @ApiPropertyOptional({
    description: 'Whether it is sent to. Enabling forgives what failed before.',
    example: true,
  })
  @Optional()
  @IsBoolean()
  enabled?: boolean;
}

export class WebhookDto {
  @ApiProperty({ example: 'whk_01k8m3zq4yfk5tx2w7c9v1b6ng' }) id!: string;
  @ApiProperty(URL_DOC) url!: string;
  @ApiProperty({ type: String, nullable: true, example: 'The on-call channel.' }) description!: string | null;
  @ApiProperty(EVENTS_DOC) events!: WebhookEvent[];
  @ApiProperty({ example: true }) enabled!: boolean;
  @ApiProperty({
    type: String,
    nullable: true,
    enum: [...DISABLED_REASONS, null],
    description:
      'Why it is not sent to. `failing`: no try succeeded for five days; `gone`: it answered 410. Enable it to have it sent to again.',
    example: null,
  })
  disabledReason!: (typeof DISABLED_REASONS)[number] | null;
  @ApiTime({ nullable: true, example: null }) disabledAt!: string | null;
  @ApiTime({
    nullable: true,
    description: 'Since when every try has failed; null when the last one went well.',
    example: null,
  })
  failingSince!: string | null;
  @ApiTime({ example: '2026-05-04T09:12:33.120Z' }) createdAt!: string;
}

export class CreatedWebhookDto extends WebhookDto {
  @ApiProperty({
    description: 'What its messages are signed with (Standard Webhooks): shown here and nowhere else.',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw...',
  })
  secret!: string;
}

export class WebhookPageDto {
  @ApiProperty({ type: [WebhookDto] }) data!: WebhookDto[];
  @ApiProperty({ type: String, nullable: true, example: null }) nextCursor!: string | null;
}

/** A week: longer than any deployment takes. */
const OVERLAP_MAX_HOURS = 168;

export class RotateWebhookSecretDto {
  @ApiPropertyOptional({
    default: 24,
    description: 'Hours for which messages are signed with the secret before, too.',
    example: 24,
  })
  @Optional()
  @IsInteger(0, OVERLAP_MAX_HOURS)
  overlapHours?: number;
}

export class WebhookSecretDto {
  @ApiProperty({
    description: 'The new secret: shown here and nowhere else.',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw...',
  })
  secret!: string;
  @ApiTime({
    description: 'Until when the secret before counts, too.',
    example: '2026-05-05T09:12:33.120Z',
  })
  previousExpiresAt!: string;
}

export class StartedDeliveryDto {
  @ApiProperty({ example: 'whd_01k8m3zq4yfk5tx2w7c9v1b6ng' }) deliveryId!: string;
  @ApiProperty({ enum: RUN_STATES, example: 'queued' }) state!: RunState;
  @ApiProperty({ example: 'run_01k8m3zq4yfk5tx2w7c9v1b6ng' }) runId!: string;
}

export class WebhookDeliveryDto {
  @ApiProperty({
    description: 'Also the `webhook-id` that it is sent with.',
    example: 'whd_01k8m3zq4yfk5tx2w7c9v1b6ng',
  })
  id!: string;
  @ApiProperty({ example: 'whk_01k8m3zq4yfk5tx2w7c9v1b6ng' }) webhookId!: string;
  @ApiProperty({ enum: [...WEBHOOK_EVENTS, 'webhook.test'], example: 'alert.fired' }) event!: string;
  @ApiProperty({
    enum: RUN_STATES,
    description: 'Of its run: `succeeded` is delivered, `waiting` is between two tries.',
    example: 'succeeded',
  })
  state!: RunState;
  @ApiProperty({ type: String, nullable: true, description: 'Why it is not delivered.', example: null })
  errorCode!: string | null;
  @ApiInteger({ description: 'Tries so far, redeliveries included.', example: 1 }) attempts!: number;
  @ApiTime({ nullable: true, example: null }) nextTryAt!: string | null;
  @ApiTime({ example: '2026-05-04T09:12:33.120Z' }) createdAt!: string;
  @ApiTime({ nullable: true, example: '2026-05-04T09:12:33.480Z' }) endedAt!: string | null;
  @ApiProperty({ example: 'run_01k8m3zq4yfk5tx2w7c9v1b6ng' }) runId!: string;
}

export class WebhookDeliveryPageDto {
  @ApiProperty({ type: [WebhookDeliveryDto] }) data!: WebhookDeliveryDto[];
  @ApiProperty({ type: String, nullable: true, example: null }) nextCursor!: string | null;
}

class WebhookAttemptDto {
  @ApiInteger({ example: 1 }) number!: number;
  @ApiTime({ example: '2026-05-04T09:12:33.400Z' }) at!: string;
  @ApiInteger({ example: 80 }) tookMs!: number;
  @ApiInteger({ nullable: true, description: 'HTTP status of the answer.', example: 200 })
  status!: number | null;
  @ApiProperty({ type: String, nullable: true, description: 'Why it failed.', example: null })
  code!: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description: "The system's own name of a failed connection.",
    example: null,
  })
  detail!: string | null;
}

export class WebhookDeliveryDetailDto extends WebhookDeliveryDto {
  @ApiProperty({
    description: 'The message as it is sent, byte for byte.',
    example: '{"type":"alert.fired","timestamp":"2026-05-04T09:12:33.120Z","data":{}}',
  })
  body!: string;
  @ApiProperty({
    type: [WebhookAttemptDto],
    description: 'Oldest first. What a receiver answers is kept nowhere.',
  })
  attemptList!: WebhookAttemptDto[];
}
