import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';

import { openLog } from './log-file.ts';
import { logFile } from './process.ts';
import { StackError } from './stack-error.ts';

export interface Command {
  readonly name: string;
  readonly node: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly workingDir: string;
  readonly logsDir: string;
}

/** Runs one of the project's own commands to its end and answers its output, which is not logged: it may hold a key. */
export async function runCommand(command: Command): Promise<string> {
  const log = logFile(command.logsDir, command.name);
  const errors = openLog(log);
  const child = spawn(command.node, command.args, {
    cwd: command.workingDir,
    env: command.environment,
    stdio: ['ignore', 'pipe', errors],
  });
  closeSync(errors);
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (status === 0) return output;
  throw new StackError(`${command.name} failed.`, 'read the log above, then `make up` again.', log);
}
