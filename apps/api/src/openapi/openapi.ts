import type { INestApplication } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { OPERATOR_SECURITY, TENANT_SECURITY } from '../access/operation.decorator.js';
import { describeIdempotency } from '../idempotency/describe-idempotency.js';
import { describeLocation } from './describe-location.js';
import { ProblemDto } from './problem.dto.js';

const DESCRIPTION = `Documents go in, and become passages that can be found, cited and traced back to the byte. Tickets go in, and are
enriched: sorted, prioritised, and answered with quotes from those passages, or left to people where nothing answers them.

Errors are \`application/problem+json\` with a stable \`code\`. Lists are pages, newest first. Work that takes time answers
202 with \`Location\` and \`runId\`; \`Prefer: wait=N\` holds the request until it ends. Every answer carries \`X-Request-Id\`,
which finds the request in the logs and in the run it began.`;

/** The API's description, made from the code: OpenAPI 3.1. */
export function createOpenApi(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Docket')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        description: 'An API key, `dk_live_…`, or the access token of a person who signed in.',
      },
      TENANT_SECURITY,
    )
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', description: 'The secret of the platform operators.' },
      OPERATOR_SECURITY,
    )
    .addTag('Knowledge', 'Upload, ingest, read and search documents.')
    .addTag(
      'Tickets',
      'Take tickets in, read and decide on their enrichments, replay them, and say what they are sorted by.',
    )
    .addTag('Prompts', 'What models are asked: versions, the labels that point at them, previews and tests.')
    .addTag(
      'Runs',
      'The work behind all of this: state, executions, history, failures, and what can be done about them.',
    )
    .addTag(
      'Batches',
      'Many at once: act on runs, enrich tickets, replay enrichments; counted, paused, resumed, cancelled.',
    )
    .addTag(
      'Webhooks',
      'Where your organisation is told of events, what was sent there, and the rules by which it is alerted.',
    )
    .addTag('Platform', 'Who you are, your organisation, its people and keys.')
    .addTag('Sign-in', 'People: passwords, tokens, sessions, invitations.')
    .addTag('Installation', 'For the operators of the whole installation, with a credential of their own.')
    .addTag('Operations', 'Health, readiness and metrics.')
    .build();
  const document = SwaggerModule.createDocument(app, config, { extraModels: [ProblemDto] });
  describeIdempotency(document);
  describeLocation(document);
  return document;
}

/** Serves the description at `/openapi.json` and a page to read and try it at `/docs`. */
export function serveOpenApi(app: NestFastifyApplication): void {
  // Made when somebody first asks: most replicas are never asked, and it is some megabytes.
  SwaggerModule.setup('docs', app, () => createOpenApi(app), {
    jsonDocumentUrl: 'openapi.json',
    customSiteTitle: 'Docket API',
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true },
  });
}
