import { ObjectStorage } from '@docket/adapters/storage';
import { SystemDatabase } from '@docket/db/system-database';
import { checkReadiness, type ReadinessReport } from '@docket/platform/health/readiness';
import type { MetricsEndpoint } from '@docket/platform/metrics';
import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { Client } from '@temporalio/client';
import type { FastifyReply } from 'fastify';
import { Operation } from '../access/operation.decorator.js';
import { METRICS } from '../infrastructure/metrics.token.js';
import { Draining } from './draining.js';
import { ApiInteger } from '../openapi/properties.js';

class HealthDto {
  @ApiProperty({ enum: ['ok'], example: 'ok' }) status!: 'ok';
}

class DependencyDto {
  @ApiProperty({ example: 'postgres' }) name!: string;
  @ApiProperty({ enum: ['ready', 'unavailable'], example: 'ready' }) state!: string;
  @ApiInteger({ example: 2 }) latencyMs!: number;
}

class ReadinessDto {
  @ApiProperty({ enum: ['ready', 'unavailable'], example: 'ready' }) status!: string;
  @ApiProperty({ type: [DependencyDto] }) dependencies!: DependencyDto[];
}

@ApiTags('Operations')
@Controller()
export class HealthController {
  constructor(
    private readonly system: SystemDatabase,
    private readonly temporal: Client,
    private readonly storage: ObjectStorage,
    @Inject(METRICS) private readonly metrics: MetricsEndpoint,
    private readonly draining: Draining,
  ) {}

  @Get('health')
  @Operation('getHealth', { summary: 'Say that the process lives' })
  @ApiOkResponse({ type: HealthDto, description: 'The process lives.' })
  health(): HealthDto {
    return { status: 'ok' };
  }

  @Get('ready')
  @Operation('getReadiness', { summary: 'Say whether everything this process needs answers' })
  @ApiOkResponse({ type: ReadinessDto, description: 'Everything answers.' })
  @ApiServiceUnavailableResponse({
    type: ReadinessDto,
    description: 'Something does not answer; `dependencies` says what.',
  })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessReport> {
    const report = await checkReadiness([
      { name: 'postgres', check: () => this.system.ping() },
      {
        name: 'temporal',
        check: async () => {
          await this.temporal.workflowService.getSystemInfo({});
        },
      },
      { name: 'storage', check: () => this.storage.check() },
      {
        name: 'api',
        check: async () => {
          if (!this.draining.isReady) throw new Error('this process is about to stop');
        },
      },
    ]);
    void reply.status(report.status === 'ready' ? 200 : 503);
    return report;
  }

  @Get('metrics')
  @Operation('getMetrics', { summary: 'Metrics in the text format of Prometheus' })
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @ApiOkResponse({
    description: 'The present values.',
    content: { 'text/plain': { schema: { type: 'string' } } },
  })
  async readMetrics(): Promise<string> {
    return this.metrics.render();
  }
}
