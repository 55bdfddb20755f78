import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { until } from './until.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');

/** Longer than any command of a page takes while something is away. */
const COMMANDS_MS = 90_000;
/** What mends itself does so with a sweep, or with a look at a provider every ten seconds. */
const OVER_WITHIN_MS = 120_000;

/** What a section of the page shows: commands that look, some that help, and some that succeed when it is over. */
export interface RunbookSection {
  look: string;
  help: string[];
  over: string;
}

export type ShellEnvironment = Readonly<Record<string, string | undefined>>;

/** A section of a page of runbooks, with its blocks of commands as they stand. */
export function runbookSection(path: string, heading: string): RunbookSection {
  const [, text = ''] = readFileSync(join(REPOSITORY, path), 'utf8').split(`\n## ${heading}\n`);
  const [own = ''] = text.split('\n## ');
  // In a list a block is indented as the list is.
  const blocks = [...own.matchAll(/```sh\n(.*?)\n *```/gs)].map(([, block]) => block ?? '');
  const [look, over] = [blocks[0], blocks.at(-1)];
  if (look === undefined || over === undefined || blocks.length < 2)
    throw new Error(`${heading} of ${path} has ${blocks.length} blocks of commands`);
  return { look, help: blocks.slice(1, -1), over };
}

/** What commands print, errors too, in a shell that goes on behind one that fails, as whoever looks for a fault does. */
export async function lookAround(commands: string, environment: ShellEnvironment): Promise<string> {
  return (await shell(commands, environment)).output;
}

/** Runs commands that must all succeed, and returns what they print. */
export async function carryOut(commands: string, environment: ShellEnvironment): Promise<string> {
  const { code, output } = await shell(`set -euo pipefail\n${commands}`, environment);
  if (code !== 0) throw new Error(`ended with ${code}: ${output}`);
  return output;
}

/** Runs what says that it is over, again and again, until all of it succeeds. */
export async function untilOver(commands: string, environment: () => ShellEnvironment): Promise<void> {
  let last = '';
  const isOver = async (): Promise<boolean> => {
    const { code, output } = await shell(`set -euo pipefail\n${commands}`, environment());
    last = output;
    return code === 0;
  };
  await until('it is over', isOver, OVER_WITHIN_MS).catch((cause: unknown) => {
    throw new Error(`the page does not say that it is over: ${last}`, { cause });
  });
}

async function shell(
  script: string,
  environment: ShellEnvironment,
): Promise<{ code: number; output: string }> {
  return new Promise((done) => {
    const options = { cwd: REPOSITORY, env: { ...environment }, timeout: COMMANDS_MS };
    execFile('bash', ['-c', script], options, (error, stdout, stderr) => {
      done({ code: error ? 1 : 0, output: `${stdout}\n${stderr}` });
    });
  });
}
