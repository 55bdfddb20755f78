import { ERROR_TITLES, type ErrorCode } from '@docket/domain/errors';
import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { statusOf } from '../http/error-status.js';
import { ProblemDto } from '../openapi/problem.dto.js';
import { OPERATIONS, type OperationId, type OperationRule } from './operations.js';

export const OPERATION_METADATA = 'docket:operation';

export interface OperationDoc {
  summary: string;
  description?: string;
  /** Codes beyond those every operation may answer. */
  errors?: readonly ErrorCode[];
}

/**
 * Declares a route as one operation: what it takes to call it, and what the documentation says of it.
 */
export function Operation(id: OperationId, doc: OperationDoc): MethodDecorator {
  const { scope }: OperationRule = OPERATIONS[id];
  const codes: ErrorCode[] = [
    ...(scope === null ? [] : (['auth.required', 'auth.invalid', 'auth.forbidden'] as const)),
    ...(doc.errors ?? []),
  ];
  return applyDecorators(
    SetMetadata(OPERATION_METADATA, id),
    ApiOperation({
      operationId: id,
      summary: doc.summary,
      description: [doc.description, accessText(scope)].filter(Boolean).join('\n\n'),
    }),
    ...(scope === null ? [] : [ApiBearerAuth()]),
    ...problemResponses(codes),
  );
}

function accessText(scope: OperationRule['scope']): string {
  if (scope === null) return 'Open to anybody.';
  return scope === 'any' ? 'Any valid credential.' : `Scope: \`${scope}\`.`;
}

/** One response per status, naming every code that answers with it. */
function problemResponses(codes: readonly ErrorCode[]): MethodDecorator[] {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) byStatus.set(statusOf(code), [...(byStatus.get(statusOf(code)) ?? []), code]);
  return [...byStatus].map(([status, group]) =>
    ApiResponse({
      status,
      description: group.map((code) => `\`${code}\`: ${ERROR_TITLES[code]}.`).join(' '),
      content: { 'application/problem+json': { schema: { $ref: `#/components/schemas/${ProblemDto.name}` } } },
    }),
  );
}
