import { createLogger } from '@docket/platform/logging/logger';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { ApiSettings, loadApiConfig } from '../api-settings.js';
import { AppModule } from '../app.module.js';
import { createOpenApi } from './openapi.js';

/** Never used: a preview makes no provider, so it connects to nothing. They only have to be valid. */
const PLACEHOLDERS = {
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  STORAGE_URL: 'file:///nowhere',
  STORAGE_SIGNING_KEY: 'placeholder'.repeat(3),
  API_KEY_PEPPER: 'placeholder'.repeat(3),
  AUTH_SIGNING_KEYS: JSON.stringify({
    keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd', kid: 'placeholder' }],
  }),
};

/** The OpenAPI document, made without a database, a Temporal server or a secret. */
export async function describedApi(): Promise<OpenAPIObject> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.for(new ApiSettings(loadApiConfig(PLACEHOLDERS)), createLogger('silent', 'describe-api'), {
      render: () => Promise.resolve(''),
    }),
    new FastifyAdapter(),
    { preview: true, logger: false, abortOnError: false },
  );
  return createOpenApi(app);
}
