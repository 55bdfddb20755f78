import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

import { readText } from './files.ts';
import { createHome, stackHome, type StackHome } from './home.ts';
import { rotatedLog } from './log-file.ts';
import { joinedLines } from './joined-lines.ts';
import { mergeLogs, parseLog, type LogLine } from './log-lines.ts';
import { logFile } from './process.ts';
import { runCommandLine, StackError } from './stack-error.ts';

const MERGED = ['api', 'worker'];
const KNOWN = [...MERGED, 'temporal', 'postgres', 'migrate', 'provision-temporal', 'create-org'];

/** A few screens; whoever looks for one thing gives its ID, which searches everything. */
const SHOWN_LINES = 200;

/** File watching differs between systems and misses appends on some; this is quick enough for an eye. */
const FOLLOW_EVERY_MS = 300;

function show(lines: readonly LogLine[], several: boolean): void {
  for (const { source, text } of lines) console.log(several ? `${source.padEnd(6)} ${text}` : text);
}

function matching(lines: LogLine[], id: string | undefined): LogLine[] {
  return id === undefined ? lines : lines.filter((line) => line.text.includes(id));
}

function stored(home: StackHome, name: string, id: string | undefined): LogLine[] {
  const path = logFile(home.logsDir, name);
  const older = id === undefined ? '' : (readText(rotatedLog(path)) ?? '');
  return parseLog(name, older + (readText(path) ?? ''));
}

/** What a log gained since the last call, whole lines only. Starts over when the log was rotated. */
export class LogTail {
  readonly #path: string;
  #offset: number;
  #partial = '';

  constructor(path: string, offset: number) {
    this.#path = path;
    this.#offset = offset;
  }

  read(): string {
    const file = openSync(this.#path, 'a+');
    try {
      const { size } = fstatSync(file);
      if (size < this.#offset) this.#offset = 0;
      const gained = Buffer.alloc(size - this.#offset);
      this.#offset += readSync(file, gained, 0, gained.length, this.#offset);
      const text = this.#partial + gained.toString('utf8');
      const end = text.lastIndexOf('\n') + 1;
      this.#partial = text.slice(end);
      return text.slice(0, end);
    } finally {
      closeSync(file);
    }
  }
}

async function follow(home: StackHome, names: readonly string[], id: string | undefined): Promise<never> {
  const tails = names.map((name) => {
    const path = logFile(home.logsDir, name);
    return { name, tail: new LogTail(path, Buffer.byteLength(readText(path) ?? '')) };
  });
  for (;;) {
    await pause(FOLLOW_EVERY_MS);
    const gained = mergeLogs(tails.map(({ name, tail }) => parseLog(name, tail.read())));
    show(matching(gained, id), names.length > 1);
  }
}

async function main(): Promise<void> {
  const home = stackHome();
  createHome(home);
  const [name] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
  if (name !== undefined && !KNOWN.includes(name)) {
    throw new StackError(`There is no log named ${name}.`, `use one of: ${KNOWN.join(', ')}.`);
  }
  const names = name === undefined ? MERGED : [name];
  const id = process.env['ID'] || undefined;
  const lines = mergeLogs(names.map((each) => stored(home, each, id)));
  show(id === undefined ? lines.slice(-SHOWN_LINES) : joinedLines(lines, id), names.length > 1);
  if (process.argv.includes('--follow')) await follow(home, names, id);
}

if (import.meta.main) await runCommandLine(main);
