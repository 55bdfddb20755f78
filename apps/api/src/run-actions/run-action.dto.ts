import { RUN_STATES, type RunState } from '@docket/domain/run/state-rules';
import { ApiProperty } from '@nestjs/swagger';
import { IsText } from '../http/text.validator.js';

export class RerunDto {
  @ApiProperty({
    description:
      'The first step to make again. For documents `receive`, `verify`, `parse`, `chunk`, `embed` or `index`; for tickets `prepare`, `retrieve`, `ask`, `check`, `repair` or `store`; for deliveries of webhooks `send`.',
    example: 'parse',
  })
  @IsText(40)
  fromStep!: string;
}

export class StartedRunDto {
  @ApiProperty({ example: 'run_01k8m3zq4yfk5tx2w7c9v1b6ng' }) runId!: string;
  @ApiProperty({ description: 'What the run is about.', example: 'doc_01k8m3zq4yfk5tx2w7c9v1b6ng' })
  subject!: string;
  @ApiProperty({ enum: RUN_STATES, example: 'queued' }) state!: RunState;
}
