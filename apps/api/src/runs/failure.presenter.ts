import type { RunFailures } from '@docket/db/failures';
import { errorCategory } from '@docket/domain/errors';
import type { FailuresOfCodeDto } from './failure.dto.js';

export function showFailures(failures: RunFailures): FailuresOfCodeDto {
  const { kind, errorCode, count, oldest, newest, nextRetryAt, setAside } = failures;
  return {
    kind,
    errorCode,
    category: errorCategory(errorCode),
    count,
    oldest: oldest.toISOString(),
    newest: newest.toISOString(),
    nextRetryAt: nextRetryAt?.toISOString() ?? null,
    setAside,
  };
}
