import type { AuditEvent } from '@docket/db/audit/event';
import type { RunStart } from '@docket/db/runs';
import { toTypeId } from '@docket/domain/ids/type-id';

/** What the audit says of a run that was taken up again. */
export function takeUpEvent(
  runId: string,
  request: { kind: 'retry' } | { kind: 'rerun'; fromStep: string },
  { attempts }: RunStart,
): AuditEvent {
  return {
    action: `run.${request.kind}`,
    subject: toTypeId('run', runId),
    after: { attempts, ...(request.kind === 'rerun' && { fromStep: request.fromStep }) },
  };
}
