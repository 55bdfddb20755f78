import { DocketError, ERROR_TITLES, type ErrorCode } from '@docket/domain/errors';
import type { OpenAPIObject } from '@nestjs/swagger';
import { OPERATOR_SECURITY, TENANT_SECURITY } from '../access/operation.decorator.js';
import type { OperationId } from '../access/operations.js';
import { statusOf } from '../http/error-status.js';
import { toProblem } from '../http/problem.js';
import { takesIdempotencyKey } from './idempotent-operations.js';

const PARAMETER = {
  name: 'Idempotency-Key',
  in: 'header' as const,
  required: false,
  description:
    'Makes a repeat harmless for 24 hours: the same key with the same body gets the first answer again, with `Idempotent-Replayed: true`.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
  example: '4f5c1d0e-8f0f-4f0e-9b0a-6f0d2f6f7a11',
};

const CODES = [
  'idempotency.key_invalid',
  'idempotency.mismatch',
  'idempotency.in_progress',
  'idempotency.secret_not_replayable',
] as const satisfies readonly ErrorCode[];

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['post']>;

/** Says of every POST that creates or acts that it takes an `Idempotency-Key`, and how it may refuse one. */
export function describeIdempotency(document: OpenAPIObject): void {
  for (const [path, { post }] of Object.entries(document.paths)) {
    const isKnown = (post?.security ?? []).some(
      (scheme) => TENANT_SECURITY in scheme || OPERATOR_SECURITY in scheme,
    );
    if (!post || !isKnown || path.startsWith('/v1/auth/')) continue;
    if (!takesIdempotencyKey('POST', post.operationId as OperationId)) continue;
    post.parameters = [...(post.parameters ?? []), PARAMETER];
    for (const code of CODES) addProblem(post, code);
  }
}

/** Adds a code to the answers of its status, of which the operation may have one already. */
function addProblem(operation: Operation, code: ErrorCode): void {
  const status = String(statusOf(code));
  const known = operation.responses[status];
  const before = known && 'description' in known ? known : { description: '', content: {} };
  const media = before.content?.['application/problem+json'];
  const example = toProblem(
    new DocketError(code, `${ERROR_TITLES[code]}.`),
    '01a1fe16-7c88-79a4-8a4b-dd314e665b30',
  );
  operation.responses[status] = {
    ...before,
    description: `${before.description} \`${code}\`: ${ERROR_TITLES[code]}.`.trim(),
    content: {
      ...before.content,
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/ProblemDto' },
        ...media,
        examples: { ...media?.examples, [code]: { value: example } },
      },
    },
  };
}
