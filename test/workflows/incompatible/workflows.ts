import * as released from '@docket/workflows/bundle-entry';
import { sleep } from '@temporalio/workflow';

// What a careless change looks like: each released story with one timer more, and no patch marker.
export const documentIngest = changed(released.documentIngest);
export const documentErasure = changed(released.documentErasure);
export const ticketEnrichment = changed(released.ticketEnrichment);
export const reembedding = changed(released.reembedding);
export const enrichmentDecision = changed(released.enrichmentDecision);
export const enrichmentReplay = changed(released.enrichmentReplay);
export const enrichmentBatch = changed(released.enrichmentBatch);
export const replayBatch = changed(released.replayBatch);
export const runBatch = changed(released.runBatch);
export const webhookDelivery = changed(released.webhookDelivery);

function changed<Input extends unknown[], Result>(
  story: (...input: Input) => Promise<Result>,
): (...input: Input) => Promise<Result> {
  return async (...input) => {
    await sleep('1s');
    return story(...input);
  };
}
