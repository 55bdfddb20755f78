import type { SentEvent } from '@docket/domain/webhook/event';
import type { TenantTransaction } from '../connection/tenant-transaction.js';
import type { NewRun, RunStart } from '../runs/run.repository.js';

export interface MessageToDeliver {
  deliveryId: string;
  webhookId: string;
  event: SentEvent;
  /** As it is signed and sent, byte for byte. */
  body: string;
  /** The run that delivers it, but for what it is about. */
  run: Omit<NewRun, 'subjectKind' | 'subjectId'>;
}

/** Writes a message with the run that delivers it. Returns what starts that once this is committed. */
export async function queueDelivery(
  tx: TenantTransaction,
  { deliveryId, webhookId, event, body, run }: MessageToDeliver,
): Promise<RunStart> {
  const start = await tx.runs.insert({ ...run, subjectKind: 'webhookDelivery', subjectId: deliveryId });
  await tx.webhookDeliveries.insert({ id: deliveryId, webhookId, runId: run.id, event, body });
  return start;
}
