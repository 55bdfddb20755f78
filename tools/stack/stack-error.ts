import { lastLines } from './log-file.ts';

/** Something that a person has to put right: what is wrong, what to do, and whose log tells more. */
export class StackError extends Error {
  override readonly name = 'StackError';
  readonly fix: string;
  readonly logFile: string | undefined;

  constructor(problem: string, fix: string, logFile?: string) {
    super(problem);
    this.fix = fix;
    this.logFile = logFile;
  }
}

/** Thirty lines reach past a stack trace to the message before it. */
const SHOWN_LOG_LINES = 30;

/** Runs an entry point: a StackError is told in words and ends with status 1, anything else is a bug and keeps its stack. */
export async function runCommandLine(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    if (error.logFile !== undefined) {
      console.error(`--- last lines of ${error.logFile}`);
      for (const line of lastLines(error.logFile, SHOWN_LOG_LINES)) console.error(line);
      console.error('---');
    }
    console.error(`${error.message}\nWhat to do: ${error.fix}`);
    process.exitCode = 1;
  }
}
