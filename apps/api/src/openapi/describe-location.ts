import type { OpenAPIObject } from '@nestjs/swagger';
import type { OperationId } from '../access/operations.js';

/** What they make or begin is in the answer, and is read by no address of its own. */
const WITHOUT_ADDRESS: readonly OperationId[] = [
  'createOrg',
  'createInvitation',
  'rotateWebhookSecret',
  'activateEmbeddingProfile',
  'pauseEmbeddingProfile',
  'resumeEmbeddingProfile',
  'cancelEmbeddingProfile',
  'rollBackEmbeddingProfile',
];

const LOCATION = {
  description: 'Path at which what was made, or what the work is about, is read from now on.',
  required: true,
  schema: { type: 'string', format: 'uri-reference' },
};

/** Says of every answer that something was made, or that work began, that it carries `Location`. */
export function describeLocation(document: OpenAPIObject): void {
  const operations = Object.values(document.paths).flatMap((item) =>
    [item.post ?? [], item.delete ?? []].flat(),
  );
  for (const { operationId, responses } of operations) {
    if (WITHOUT_ADDRESS.includes(operationId as OperationId)) continue;
    for (const status of ['201', '202']) {
      const answer = responses[status];
      if (answer && !('$ref' in answer)) answer.headers = { ...answer.headers, Location: LOCATION };
    }
  }
}
