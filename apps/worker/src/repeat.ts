import type { Logger } from '@docket/platform/logging/logger';

/** Does something again and again, one after another, until it is stopped; a failure is logged and changes nothing. */
export function repeat(
  name: string,
  everyMs: number,
  logger: Logger,
  work: () => Promise<unknown>,
): { stop(): Promise<void> } {
  let stopped = false;
  let wake: () => void = () => undefined;
  const loop = async (): Promise<void> => {
    while (!stopped) {
      try {
        await work();
      } catch (error) {
        logger.warn({ task: name, error }, 'background task failed, will be repeated');
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, everyMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const ended = loop();
  return {
    async stop() {
      stopped = true;
      wake();
      await ended;
    },
  };
}
