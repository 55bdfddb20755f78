import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';

let done = false;

/**
 * Keeps the SDK from reporting every failure that a test provokes; its errors are still shown. It must come before
 * anything else of the SDK is used, and may be repeated. Also leaves signals to the test runner.
 */
export function quietTemporal(): void {
  if (done) return;
  done = true;
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
    shutdownSignals: [],
  });
}
