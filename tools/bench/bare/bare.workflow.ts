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
}

const { insertContent } = proxyActivities<BareActivities>({
  startToCloseTimeout: '1m',
  heartbeatTimeout: '10s',
});
const { insertIndex } = proxyLocalActivities<BareActivities>({ startToCloseTimeout: '5s' });

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
