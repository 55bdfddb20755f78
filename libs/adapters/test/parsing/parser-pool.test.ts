import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ParseJob } from '@docket/adapters/parsing/parse-job';
import { ParserPool, type ParserPoolOptions } from '@docket/adapters/parsing/parser-pool';
import { ParserStalled } from '@docket/adapters/parsing/parser-stalled';
import { PARSER_CHILD_ENTRY } from '../../src/parsing/parser-process.js';

const unruly = fileURLToPath(new URL('./fixtures/unruly-child.mjs', import.meta.url));
const orphaningParent = fileURLToPath(new URL('./fixtures/orphaning-parent.mjs', import.meta.url));
const unrulyFolder = fileURLToPath(new URL('./fixtures', import.meta.url));
const defaults: ParserPoolOptions = {
  size: 2,
  cpuMs: 10_000,
  heapMb: 256,
  maxOutputBytes: 50_000_000,
  reuse: 200,
};

function jobOf(text: string, mediaType = 'text/markdown'): ParseJob {
  return {
    source: { bytes: new TextEncoder().encode(text) },
    declared: { mediaType, fileName: 'file' },
    options: { language: 'auto', hashedVectorsUpTo: 5_000, maxTextCharacters: 20_000_000, maxChunks: 5_000 },
  };
}

let pool: ParserPool | null = null;

function open(options: Partial<ParserPoolOptions> = {}): ParserPool {
  pool = new ParserPool({ ...defaults, ...options });
  return pool;
}

function openUnruly(options: Partial<ParserPoolOptions> = {}): ParserPool {
  return open({ size: 1, childEntry: unruly, readableFolders: [unrulyFolder], ...options });
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** A process that has ended but that nobody has waited for yet is no longer running. */
async function isRunning(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State: X');
  return !/^State:\s+[ZX]/mu.test(status);
}

async function isBusy(pid: number): Promise<boolean> {
  return /^State:\s+R/mu.test(await readFile(`/proc/${pid}/status`, 'utf8'));
}

async function childrenOf(pid: number): Promise<number[]> {
  const pids = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return pids
    .split(' ')
    .filter((each) => each !== '')
    .map(Number);
}

beforeAll(() => {
  if (!existsSync(PARSER_CHILD_ENTRY))
    throw new Error('Parser children run from dist: run `npm run build` first.');
});

afterEach(async () => {
  await pool?.close();
  pool = null;
});

describe('a pool of parser children', () => {
  it('parses a file, vectors and all', async () => {
    const content = await open().parse(jobOf('# Kiosk\n\nPair the kiosk with a location.'));
    expect(content).toMatchObject({ kind: 'markdown', title: 'Kiosk' });
    expect(Object.prototype.toString.call(content.chunks[0]?.vector)).toBe('[object Float32Array]');
    expect(content.chunks[0]?.vector).toHaveLength(2_048);
    expect(content.chunks[0]?.weights).toMatch(/^\{\d+:/u);
  });

  it('gives each of 50 files at once its own result', async () => {
    const opened = open();
    const contents = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        opened.parse(index % 5 === 0 ? jobOf(`<p>Page ${index}</p>`, 'text/html') : jobOf(`Text ${index}`)),
      ),
    );
    expect(contents.map(({ text }) => text)).toEqual(
      Array.from({ length: 50 }, (_, index) => (index % 5 === 0 ? `Page ${index}` : `Text ${index}`)),
    );
  });

  it('passes on why a file is refused, and goes on', async () => {
    const opened = open({ size: 1 });
    await expect(opened.parse(jobOf('%PDF-1.7'))).rejects.toMatchObject({ code: 'upload.type_mismatch' });
    await expect(opened.parse(jobOf(' '))).rejects.toMatchObject({ code: 'document.empty' });
    await expect(opened.parse(jobOf('Text'))).resolves.toMatchObject({ text: 'Text' });
  });

  it('reads files by path only where it may', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'docket-parse-'));
    await writeFile(join(folder, 'file.md'), 'From disk');
    const inside = { ...jobOf(''), source: { path: join(folder, 'file.md') } };
    const opened = open({ size: 1, readableFolders: [folder] });
    await expect(opened.parse(inside)).resolves.toMatchObject({ text: 'From disk' });
    const refusal = opened.parse({ ...inside, source: { path: '/etc/hostname' } });
    await expect(refusal).rejects.toThrow('restricted');
    await expect(refusal).rejects.not.toHaveProperty('code');
    await rm(folder, { recursive: true });
  });

  it('kills the child of a file that is no longer wanted, begins none that waits, and goes on', async () => {
    const opened = openUnruly();
    const { title } = await opened.parse(jobOf('whoever'));
    const [running, waiting] = [new AbortController(), new AbortController()];
    const ends = Promise.allSettled([
      opened.parse(jobOf('hang'), running.signal),
      opened.parse(jobOf('hang'), waiting.signal),
    ]);
    await until(() => isBusy(Number(title)));
    waiting.abort(new Error('not wanted'));
    running.abort(new Error('not wanted'));
    for (const end of await ends) expect(end.status).toBe('rejected');
    expect(await isRunning(Number(title))).toBe(false);
    await expect(opened.parse(jobOf('next'))).resolves.toMatchObject({ text: 'next' });
  });

  it('refuses a result above the cap', async () => {
    await expect(open({ maxOutputBytes: 10_000 }).parse(jobOf('word '.repeat(5_000)))).rejects.toMatchObject({
      code: 'document.too_large',
    });
  });

  it('ends a real file that takes too long', async () => {
    const deepQuotes = Array.from({ length: 3_000 }, (_, index) => `${'>'.repeat(index % 90)} text`).join(
      '\n',
    );
    await expect(open({ cpuMs: 50 }).parse(jobOf(deepQuotes.repeat(20)))).rejects.toMatchObject({
      code: 'document.parse_timeout',
    });
  });

  it('ends a real file that needs too much memory', async () => {
    const items = '- a **b** `c` [d](e)\n'.repeat(400_000);
    await expect(open({ heapMb: 64, cpuMs: 60_000 }).parse(jobOf(items))).rejects.toMatchObject({
      code: 'document.parse_memory',
    });
  }, 60_000);
});

describe('a child that misbehaves', () => {
  it('is killed when it hangs, and the next file is parsed', async () => {
    const opened = openUnruly({ cpuMs: 300 });
    await expect(opened.parse(jobOf('hang'))).rejects.toMatchObject({ code: 'document.parse_timeout' });
    await expect(opened.parse(jobOf('fine'))).resolves.toMatchObject({ text: 'fine' });
  });

  it('is killed when it waits for what never comes, and the next file is parsed', async () => {
    const opened = openUnruly({ cpuMs: 300 });
    await expect(opened.parse(jobOf('wait'))).rejects.toMatchObject({ code: 'document.parse_timeout' });
    await expect(opened.parse(jobOf('fine'))).resolves.toMatchObject({ text: 'fine' });
  });

  it('is reported as out of memory when its heap is full', async () => {
    const opened = openUnruly({ heapMb: 32 });
    await expect(opened.parse(jobOf('exhaust'))).rejects.toMatchObject({ code: 'document.parse_memory' });
    await expect(opened.parse(jobOf('fine'))).resolves.toMatchObject({ text: 'fine' });
  });

  it('is killed when it fills memory beside its heap', async () => {
    await expect(openUnruly({ heapMb: 32 }).parse(jobOf('buffers'))).rejects.toMatchObject({
      code: 'document.parse_memory',
    });
  });

  it('costs the file a second try, and no third', async () => {
    const opened = openUnruly();
    await expect(opened.parse(jobOf('die'))).rejects.toMatchObject({ code: 'document.unreadable' });
    await expect(opened.parse(jobOf('fine'))).resolves.toMatchObject({ text: 'fine' });
  });

  it('costs nothing when it is killed once, between files or while it parses', async () => {
    const opened = openUnruly();
    const { title } = await opened.parse(jobOf('fine'));
    process.kill(Number(title), 'SIGKILL');
    const { title: second } = await opened.parse(jobOf('again'));
    const slow = opened.parse(jobOf('slow'));
    process.kill(Number(second), 'SIGKILL');
    await expect(slow).resolves.toMatchObject({ text: 'slow' });
  });

  it('may write as much as it likes to stderr', async () => {
    await expect(openUnruly().parse(jobOf('chatter'))).resolves.toMatchObject({ text: 'chatter' });
  });
});

describe('a child that gets no processor', () => {
  it('may take far longer than its processor time, and its file is parsed', async () => {
    const opened = openUnruly({ cpuMs: 200 });
    const { title } = await opened.parse(jobOf('fine'));
    process.kill(Number(title), 'SIGSTOP');
    const starved = opened.parse(jobOf('again'));
    // The time is the point: three times what the file may use of a processor.
    setTimeout(() => process.kill(Number(title), 'SIGCONT'), 600);
    await expect(starved).resolves.toMatchObject({ text: 'again', title });
  });

  it('ends by the wall clock, which is no verdict on its file', async () => {
    const opened = openUnruly({ cpuMs: 200, stallMs: 500 });
    const { title } = await opened.parse(jobOf('fine'));
    process.kill(Number(title), 'SIGSTOP');
    await expect(opened.parse(jobOf('again'))).rejects.toThrow(ParserStalled);
    await expect(opened.parse(jobOf('again'))).resolves.toMatchObject({ text: 'again' });
  });
});

describe('children', () => {
  it('are used again for text, and replaced after a PDF, a large file or their share of files', async () => {
    const opened = openUnruly({ reuse: 3 });
    const pids: (string | null)[] = [];
    for (const text of ['a', 'pdf', 'b', 'large', 'c', 'd', 'e', 'f'])
      pids.push((await opened.parse(jobOf(text))).title);
    const children = pids.map((pid) => [...new Set(pids)].indexOf(pid));
    expect(children).toEqual([0, 0, 1, 1, 2, 2, 2, 3]);
  });

  it('get nothing of the environment', async () => {
    const { metadata } = await openUnruly().parse(jobOf('fine'));
    expect(Object.keys(metadata).filter((name) => !name.startsWith('NODE_CHANNEL'))).toEqual([]);
  });

  it('are gone when the pool is closed, and what waits is refused as a fault', async () => {
    const opened = openUnruly();
    const { title } = await opened.parse(jobOf('fine'));
    const running = opened.parse(jobOf('hang'));
    const waiting = opened.parse(jobOf('fine'));
    const outcomes = Promise.allSettled([running, waiting]);
    await opened.close();
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: expect.not.objectContaining({ code: expect.anything() }),
      });
    }
    await until(async () => !(await isRunning(Number(title))));
    await expect(opened.parse(jobOf('fine'))).rejects.toThrow('closed');
  });

  it.each(['idle', 'busy'])(
    'end with the process that started them, %s or not',
    async (state) => {
      const parent = spawn(process.execPath, [orphaningParent, state], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(parent.stdout, 'data');
      const children = await childrenOf(Number(parent.pid));
      expect(children).toHaveLength(2);
      parent.kill('SIGKILL');
      await until(async () => (await Promise.all(children.map(isRunning))).every((running) => !running));
    },
    20_000,
  );
});
