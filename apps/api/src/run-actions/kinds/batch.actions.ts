import { BATCH_NOT_RERUNNABLE } from '@docket/db/take-up/batch';
import { toTypeId } from '@docket/domain/ids/type-id';
import type { BatchesService, KindOfBatch } from '../../batches/batches.service.js';
import { notRerunnable, type KindActions } from './kind-actions.js';

/** @param path of the batches of that kind, after `/v1/` */
export function batchActions(path: string, batches: BatchesService, kind: KindOfBatch<object>): KindActions {
  return {
    location: (run) => `/v1/${path}/${toTypeId('batch', run.subjectId)}`,
    subject: (run) => batches.get(kind, run.orgId, run.subjectId),
    retry: (run, answerOf) => batches.retry(run.orgId, run.id, answerOf),
    rerun: () => notRerunnable(BATCH_NOT_RERUNNABLE),
  };
}
