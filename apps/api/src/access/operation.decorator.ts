import { DocketError, ERROR_TITLES, type ErrorCode } from '@docket/domain/errors';
import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension, ApiOperation, ApiResponse, ApiSecurity } from '@nestjs/swagger';
import { statusOf } from '../http/error-status.js';
import { DEPRECATION_METADATA, type Deprecation } from '../http/deprecation.js';
import { toProblem, type Problem } from '../http/problem.js';
import { ProblemDto } from '../openapi/problem.dto.js';
import { OPERATIONS, UNCOUNTED, type OperationId, type OperationRule } from './operations.js';

/** What every operation that reads a body may say of it before its fields are looked at. */
const BODY_CODES = [
  'request.invalid',
  'request.malformed',
  'request.too_large',
  'request.media_type_unsupported',
] as const;

/** What a caller that is counted may be answered whatever it asks for: counting it takes a database that answers. */
const COUNTED_CODES = ['rate_limit.exceeded', 'service.unavailable'] as const;

/** Every answer to a caller that is counted carries the first two. */
const LIMIT_HEADERS = {
  'RateLimit-Policy': {
    description: 'The limits that count here: name, requests, seconds, as in `"caller";q=1200;w=60`.',
    schema: { type: 'string' },
  },
  RateLimit: {
    description: 'What is left of them and for how many seconds: `"caller";r=1199;t=42`.',
    schema: { type: 'string' },
  },
  'Retry-After': { description: 'Seconds after which to try again.', schema: { type: 'integer' } },
} as const;

export const OPERATION_METADATA = 'docket:operation';

/** Where OpenAPI carries the rule of an operation, for the roles page and for the tests that are made from it. */
const ACCESS_EXTENSION = 'x-docket-access';

/** Names of the security schemes. */
export const TENANT_SECURITY = 'bearer';
export const OPERATOR_SECURITY = 'operator';

export interface OperationDoc {
  summary: string;
  description?: string;
  /** Codes beyond those every operation may answer. */
  errors?: readonly ErrorCode[];
  /** True where a JSON body is read. */
  body?: boolean;
  /** Where it has a successor: how and when it ends. */
  deprecated?: Deprecation;
}

/**
 * Declares a route as one operation: what it takes to call it, and what the documentation says of it.
 */
export function Operation(id: OperationId, doc: OperationDoc): MethodDecorator {
  const rule: OperationRule = OPERATIONS[id];
  const codes = new Set<ErrorCode>([
    ...(rule.credential === 'none' ? [] : (['auth.required', 'auth.invalid', 'auth.forbidden'] as const)),
    ...(doc.errors ?? []),
    ...(doc.body ? BODY_CODES : []),
    ...(UNCOUNTED.includes(id) ? [] : COUNTED_CODES),
    'internal.error',
  ]);
  return applyDecorators(
    SetMetadata(OPERATION_METADATA, id),
    ...(doc.deprecated ? [SetMetadata(DEPRECATION_METADATA, doc.deprecated)] : []),
    ApiOperation({
      operationId: id,
      summary: doc.summary,
      ...(doc.deprecated && { deprecated: true }),
      description: [doc.description, accessText(rule)].filter(Boolean).join('\n\n'),
    }),
    ApiExtension(ACCESS_EXTENSION, rule),
    ...securityOf(rule),
    ...problemResponses(codes),
  );
}

function accessText(rule: OperationRule): string {
  switch (rule.credential) {
    case 'none':
      return 'Open to anybody.';
    case 'operator':
      return 'The credential of a platform operator.';
    case 'person':
      return 'The access token of a person, whatever their role.';
    case 'tenant': {
      const keys = rule.scope === 'any' ? 'any valid API key' : `an API key with the scope \`${rule.scope}\``;
      return `Takes ${keys}, or a person who is ${rule.roles.map((role) => `\`${role}\``).join(', ')}.`;
    }
  }
}

function securityOf({ credential }: OperationRule): MethodDecorator[] {
  if (credential === 'none') return [];
  return [ApiSecurity(credential === 'operator' ? OPERATOR_SECURITY : TENANT_SECURITY)];
}

/** One response per status, naming every code that answers with it. */
function problemResponses(codes: ReadonlySet<ErrorCode>): MethodDecorator[] {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) byStatus.set(statusOf(code), [...(byStatus.get(statusOf(code)) ?? []), code]);
  return [...byStatus].map(([status, group]) =>
    ApiResponse({
      status,
      ...(group.includes('rate_limit.exceeded') && { headers: LIMIT_HEADERS }),
      description: group.map((code) => `\`${code}\`: ${ERROR_TITLES[code]}.`).join(' '),
      content: {
        'application/problem+json': {
          schema: { $ref: `#/components/schemas/${ProblemDto.name}` },
          examples: Object.fromEntries(group.map((code) => [code, { value: exampleOf(code) }])),
        },
      },
    }),
  );
}

function exampleOf(code: ErrorCode): Problem {
  return toProblem(new DocketError(code, `${ERROR_TITLES[code]}.`), '01a1fe16-7c88-79a4-8a4b-dd314e665b30');
}
