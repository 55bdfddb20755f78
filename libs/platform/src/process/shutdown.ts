import type { Logger } from '../logging/logger.js';

/**
 * Stops the process once, in order, on the first SIGTERM or SIGINT: one owner of the signals, so that nothing stops
 * under the feet of what still needs it. A second signal, or time running out, ends it at once.
 */
export function onShutdown(logger: Logger, deadlineSeconds: number, stop: () => Promise<void>): void {
  let stopping = false;
  const begin = (signal: string): void => {
    if (stopping) process.exit(1);
    stopping = true;
    logger.info({ signal, deadlineSeconds }, 'stopping');
    // The last word: whatever hangs, the process ends, and what it did is repeated elsewhere.
    setTimeout(() => {
      logger.error({ deadlineSeconds }, 'did not stop in time');
      process.exit(1);
    }, deadlineSeconds * 1_000).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => begin('SIGTERM'));
  process.on('SIGINT', () => begin('SIGINT'));
}
