import { ALERT_METRICS, ALERT_STATES, type AlertMetric, type AlertState } from '@docket/domain/alert/rule';
import { RUN_KINDS } from '@docket/workflows/run/contract';
import { WEBHOOK_DELIVERY } from '@docket/workflows/webhook-delivery/contract';
import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { IsIn, IsNumber, Max, Min } from 'class-validator';
import { IsInteger } from '../http/integer.validator.js';
import { Optional, OptionalOrNull } from '../http/optional.js';
import { IsText } from '../http/text.validator.js';
import { ApiInteger, ApiTime } from '../openapi/properties.js';

/** A hundred days: an age above is no news. */
const MOST_SECONDS = 8_640_000;
const DAY_SECONDS = 86_400;
const MOST_RUNS = 1_000_000;

const NAME = { example: 'Ingest fails' };
const METRIC = {
  enum: ALERT_METRICS,
  description:
    '`failure_rate`: the share, from 0 to 1, of the runs that ended in the window and failed. `oldest_failure_age`, `oldest_wait_age`: seconds since the oldest failed run ended, or since the oldest run that waits for something that is away, or for its start, was queued.',
  example: 'failure_rate',
};
/** A message that says deliveries fail would be one more of them. */
const WATCHED_KINDS = RUN_KINDS.filter((kind) => kind !== WEBHOOK_DELIVERY);
const KIND = {
  type: String,
  enum: WATCHED_KINDS,
  nullable: true,
  description: 'Only runs of this kind; null for all but deliveries of webhooks.',
  example: 'documentIngest',
};
const FIRE_AT = {
  minimum: 0,
  maximum: MOST_SECONDS,
  description: 'Fires at this value or above.',
  example: 0.2,
};
const RESOLVE_BELOW = {
  minimum: 0,
  maximum: MOST_SECONDS,
  description: 'Ends below this value. Between the two it stays as it is.',
  example: 0.05,
};
const WINDOW = {
  default: 900,
  description: 'Of a rate: runs that ended within so many seconds count.',
  example: 900,
};
const MINIMUM = {
  default: 10,
  description: 'Of a rate: it fires only when so many runs ended in the window.',
  example: 10,
};

export class CreateAlertRuleDto {
  @ApiProperty(NAME)
  @IsText(200)
  name!: string;

  @ApiProperty(METRIC)
  @IsIn(ALERT_METRICS)
  metric!: AlertMetric;

  @ApiPropertyOptional(KIND)
  @OptionalOrNull()
  @IsIn(WATCHED_KINDS)
  kind?: string | null;

  @ApiProperty(FIRE_AT)
  @IsNumber()
  @Min(0)
  @Max(MOST_SECONDS)
  fireAt!: number;

  @ApiProperty(RESOLVE_BELOW)
  @IsNumber()
  @Min(0)
  @Max(MOST_SECONDS)
  resolveBelow!: number;

  @ApiPropertyOptional(WINDOW)
  @Optional()
  @IsInteger(60, DAY_SECONDS)
  windowSeconds?: number;

  @ApiPropertyOptional(MINIMUM)
  @Optional()
  @IsInteger(1, MOST_RUNS)
  minimumRuns?: number;
}

export class UpdateAlertRuleDto extends PartialType(CreateAlertRuleDto, { skipNullProperties: false }) {}

export class AlertRuleDto {
  @ApiProperty({ example: 'alr_01k8m3zq4yfk5tx2w7c9v1b6ng' }) id!: string;
  @ApiProperty(NAME) name!: string;
  @ApiProperty(METRIC) metric!: AlertMetric;
  @ApiProperty(KIND) kind!: string | null;
  @ApiProperty(FIRE_AT) fireAt!: number;
  @ApiProperty(RESOLVE_BELOW) resolveBelow!: number;
  @ApiInteger(WINDOW) windowSeconds!: number;
  @ApiInteger(MINIMUM) minimumRuns!: number;
  @ApiProperty({ enum: ALERT_STATES, example: 'ok' }) state!: AlertState;
  @ApiTime({
    nullable: true,
    description: 'Since when it is in that state.',
    example: null,
  })
  changedAt!: string | null;
  @ApiProperty({ type: Number, nullable: true, description: 'As it was measured last.', example: 0.01 })
  value!: number | null;
  @ApiTime({ nullable: true, example: '2026-05-04T09:13:00.020Z' })
  evaluatedAt!: string | null;
  @ApiTime({ example: '2026-05-04T09:12:33.120Z' }) createdAt!: string;
}

export class AlertRulePageDto {
  @ApiProperty({ type: [AlertRuleDto] }) data!: AlertRuleDto[];
  @ApiProperty({ type: String, nullable: true, example: null }) nextCursor!: string | null;
}
