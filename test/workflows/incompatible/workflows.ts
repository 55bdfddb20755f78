import {
  documentErasure as releasedErasure,
  documentIngest as released,
  enrichmentDecision as releasedDecision,
  enrichmentReplay as releasedReplay,
  reembedding as releasedReembedding,
  ticketEnrichment as releasedEnrichment,
} from '@docket/workflows/bundle-entry';
import { sleep } from '@temporalio/workflow';

/** What a careless change looks like: the released story with one timer more, and no patch marker. */
export async function documentIngest(input: Parameters<typeof released>[0]): ReturnType<typeof released> {
  await sleep('1s');
  return released(input);
}

/** The same of the other story. */
export async function documentErasure(
  input: Parameters<typeof releasedErasure>[0],
): ReturnType<typeof releasedErasure> {
  await sleep('1s');
  return releasedErasure(input);
}

/** And of tickets. */
export async function ticketEnrichment(
  input: Parameters<typeof releasedEnrichment>[0],
): ReturnType<typeof releasedEnrichment> {
  await sleep('1s');
  return releasedEnrichment(input);
}

/** And of profiles. */
export async function reembedding(
  input: Parameters<typeof releasedReembedding>[0],
): ReturnType<typeof releasedReembedding> {
  await sleep('1s');
  return releasedReembedding(input);
}

/** And of decisions. */
export async function enrichmentDecision(
  input: Parameters<typeof releasedDecision>[0],
): ReturnType<typeof releasedDecision> {
  await sleep('1s');
  return releasedDecision(input);
}

/** And of replays. */
export async function enrichmentReplay(
  input: Parameters<typeof releasedReplay>[0],
): ReturnType<typeof releasedReplay> {
  await sleep('1s');
  return releasedReplay(input);
}
