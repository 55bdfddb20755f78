import { afterAll, beforeAll, describe, jest } from '@jest/globals';
import { EndToEnd, type TemporalServerKind } from './support/environment.ts';
import { runCrashSuite } from './suites/crash.suite.ts';
import { runErasureSuite } from './suites/erasure.suite.ts';
import { runExpirySuite } from './suites/expiry.suite.ts';
import { runFaultsSuite, runSpentFaultsSuite } from './suites/faults.suite.ts';
import { runHttpSuite } from './suites/http.suite.ts';
import { runIndexingSuite } from './suites/indexing.suite.ts';
import { runInlineSuite } from './suites/inline.suite.ts';
import { runRealServerSuite } from './suites/real-server.suite.ts';
import { runOperatorActsSuite } from './suites/operator-acts.suite.ts';
import { runRunActionsSuite } from './suites/run-actions.suite.ts';
import { runSearchSuite } from './suites/search.suite.ts';
import { runMetricsSuite } from './suites/metrics.suite.ts';
import { runSweepSuite } from './suites/sweep.suite.ts';
import { runTraceSuite } from './suites/trace.suite.ts';
import { runUploadsSuite } from './suites/uploads.suite.ts';

/** Everything a document can go through, on whichever Temporal server. */
export function runDocumentIngestSuite(
  name: string,
  kind: TemporalServerKind,
  open: () => Promise<EndToEnd> = () => EndToEnd.open(kind),
  extent: 'whole' | 'on any server' = 'whole',
): void {
  describe(`document ingest on ${name}`, () => {
    // Longer than any wait inside, so that what was awaited is named.
    jest.setTimeout(90_000);
    let opened: EndToEnd;
    beforeAll(async () => {
      opened = await open();
    }, 120_000);
    afterAll(() => opened.close(), 120_000);
    const on = (): EndToEnd => opened;

    const everywhere = (): void => {
      runIndexingSuite(on);
      runInlineSuite(on);
      runUploadsSuite(on);
      runHttpSuite(on);
      runTraceSuite(on);
      runFaultsSuite(on);
    };
    if (kind.canSkip) {
      // First, while nothing else waits for the same clock.
      runExpirySuite(on);
      everywhere();
      runSearchSuite(on);
    } else if (extent === 'on any server') {
      everywhere();
      runSearchSuite(on);
    } else {
      runRealServerSuite(on, () => {
        everywhere();
        runErasureSuite(on);
        runSpentFaultsSuite(on);
        runMetricsSuite(on);
        runSweepSuite(on);
        describe('acted upon,', () => runRunActionsSuite(on));
        runOperatorActsSuite(on);
        runCrashSuite(on);
      });
    }
  });
}
