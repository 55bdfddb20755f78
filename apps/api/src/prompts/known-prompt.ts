import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { DocketError } from '@docket/domain/errors';
import { TICKET_ENRICHMENT_PROMPT } from '@docket/domain/prompt/ticket-enrichment';

/**
 * Refuses a version of the prompt of enrichments that is not there; without one, production is asked for.
 *
 * @throws DocketError `prompt.not_found`
 */
export async function refuseUnknownPrompt(
  tx: TenantTransaction,
  version: number | null | undefined,
): Promise<void> {
  if (version === null || version === undefined) return;
  if (!(await tx.prompts.version(TICKET_ENRICHMENT_PROMPT, version)))
    throw unknownPrompt(TICKET_ENRICHMENT_PROMPT, version);
}

export function unknownPrompt(name: string, version?: number): DocketError {
  return new DocketError(
    'prompt.not_found',
    version === undefined
      ? `There is no prompt ${name}.`
      : `There is no version ${version} of the prompt ${name}. List them with GET /v1/prompts/${name}/versions.`,
  );
}
