import type { EnrichmentsBegun } from '@docket/activities/batch/types';

/** Begins a round's enrichments under the limit that the round before it found. */
export function underLimit<Input>(
  begin: (
    input: Input & { limit: EnrichmentsBegun['limit'] | undefined },
    summary: string,
  ) => Promise<EnrichmentsBegun>,
): (input: Input, summary: string) => Promise<EnrichmentsBegun> {
  let limit: EnrichmentsBegun['limit'] | undefined;
  return async (input, summary) => {
    const begun = await begin({ ...input, limit }, summary);
    ({ limit } = begun);
    return begun;
  };
}
