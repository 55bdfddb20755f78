import {
  condition,
  defineSignal,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
} from '@temporalio/workflow';

export interface BareActivities {
  insertContent(job: string): Promise<void>;
  insertIndex(job: string): Promise<void>;
  insertEvidence(job: string): Promise<void>;
  insertAnswer(job: string): Promise<void>;
  insertResult(job: string): Promise<void>;
}

const { insertContent, insertAnswer } = proxyActivities<BareActivities>({
  startToCloseTimeout: '1m',
  heartbeatTimeout: '10s',
});
const { insertIndex, insertEvidence, insertResult } = proxyLocalActivities<BareActivities>({
  startToCloseTimeout: '5s',
});

export const uploaded = defineSignal('uploaded');

/** The shape of a document's ingest and nothing else: a signal, one remote activity, one local one. */
export async function bareIngest(job: string): Promise<void> {
  let announced = false;
  setHandler(uploaded, () => {
    announced = true;
  });
  await condition(() => announced, '15m');
  await insertContent(job);
  await insertIndex(job);
}

export const ticketChanged = defineSignal('ticketChanged');

/** The shape of a ticket's enrichment and nothing else: signalled with its start, a local activity on each side of a remote one. */
export async function bareEnrichment(job: string): Promise<void> {
  setHandler(ticketChanged, () => undefined);
  await insertEvidence(job);
  await insertAnswer(job);
  await insertResult(job);
}
