import { appendFileSync, closeSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { lastLines, openLog, rotatedLog } from '../../../tools/stack/log-file.ts';
import { LogTail } from '../../../tools/stack/logs.ts';
import { temporaryFolders } from '../support/temporary-folder.ts';

const newFolder = temporaryFolders();
const LIMIT = 20 * 1024 * 1024;

function openAndAppend(path: string, text: string): void {
  const file = openLog(path);
  appendFileSync(file, text);
  closeSync(file);
}

describe('a log', () => {
  it('is appended to, in a folder made for it', () => {
    const path = join(newFolder(), 'logs', 'api.log');
    openAndAppend(path, 'one\n');
    openAndAppend(path, 'two\n');
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  });

  it('begins anew only above its limit, and keeps the one before', () => {
    const path = join(newFolder(), 'api.log');
    writeFileSync(path, '');
    truncateSync(path, LIMIT);
    openAndAppend(path, 'x');
    expect(existsSync(rotatedLog(path))).toBe(false);
    openAndAppend(path, 'new\n');
    expect(readFileSync(path, 'utf8')).toBe('new\n');
    expect(readFileSync(rotatedLog(path)).length).toBe(LIMIT + 1);
  });

  it('tells its last lines, as many as there are', () => {
    const path = join(newFolder(), 'api.log');
    writeFileSync(path, 'one\ntwo\nthree\n');
    expect(lastLines(path, 2)).toEqual(['two', 'three']);
    expect(lastLines(path, 9)).toEqual(['one', 'two', 'three']);
  });
});

describe('LogTail', () => {
  it('tells what a log gained, each line once and only when it is whole', () => {
    const path = join(newFolder(), 'api.log');
    writeFileSync(path, 'before\n');
    const tail = new LogTail(path, 'before\n'.length);
    expect(tail.read()).toBe('');
    appendFileSync(path, 'one\ntw');
    expect(tail.read()).toBe('one\n');
    appendFileSync(path, 'o\n');
    expect(tail.read()).toBe('two\n');
    expect(tail.read()).toBe('');
  });

  it('begins from the top of a log that was rotated', () => {
    const path = join(newFolder(), 'api.log');
    writeFileSync(path, 'a long line before\n');
    const tail = new LogTail(path, 'a long line before\n'.length);
    writeFileSync(path, 'new\n');
    expect(tail.read()).toBe('new\n');
  });

  it('waits for a log that is not there yet', () => {
    const path = join(newFolder(), 'api.log');
    const tail = new LogTail(path, 0);
    expect(tail.read()).toBe('');
    writeFileSync(path, 'first\n');
    expect(tail.read()).toBe('first\n');
  });
});
