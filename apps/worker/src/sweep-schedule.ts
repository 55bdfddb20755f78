import { QUEUES } from '@docket/domain/run/queues-rules';
import { SWEEP, SWEEP_EVERY_SECONDS, SWEEP_SCHEDULE_ID } from '@docket/workflows/sweep/contract';
import { searchAttributes } from '@docket/workflows/search-attributes';
import { ScheduleAlreadyRunning, type Client } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';

/** Makes the Schedule of the sweep unless it is there; tells whether it did. */
export async function ensureSweepSchedule(client: Client): Promise<boolean> {
  try {
    await client.schedule.create({
      scheduleId: SWEEP_SCHEDULE_ID,
      spec: { intervals: [{ every: `${SWEEP_EVERY_SECONDS}s` }] },
      action: {
        type: 'startWorkflow',
        workflowType: SWEEP,
        workflowId: SWEEP,
        taskQueue: QUEUES.main,
        args: [],
        // Lets operators leave the sweeps out of their lists: DocketKind != "sweep".
        typedSearchAttributes: new TypedSearchAttributes([{ key: searchAttributes.kind, value: SWEEP }]),
      },
      // A sweep that takes longer than its minute is enough.
      policies: { overlap: 'SKIP', catchupWindow: '1m' },
    });
    return true;
  } catch (error) {
    if (error instanceof ScheduleAlreadyRunning) return false;
    throw error;
  }
}
