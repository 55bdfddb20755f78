import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMigrations } from '../../src/migration/migration-files.ts';

const GOOD = '-- About something.\n\n-- up\n\ncreate table a ();\n\n-- down\n\ndrop table a;\n';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docket-migrations-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

describe('reading migrations', () => {
  it('gives each file in the order of its number, with what is below its two marks', () => {
    write({ '0002-second.sql': GOOD, '0001-first-one.sql': GOOD, 'README.md': 'not a migration' });
    expect(readMigrations(folder)).toEqual([
      { number: 1, name: 'first-one', up: '\ncreate table a ();\n\n', down: '\ndrop table a;\n' },
      { number: 2, name: 'second', up: '\ncreate table a ();\n\n', down: '\ndrop table a;\n' },
    ]);
  });

  it.each([
    ['whose name has no number', { 'first.sql': GOOD }, /0001-some-words\.sql/],
    ['whose name has capitals', { '0001-First.sql': GOOD }, /0001-some-words\.sql/],
    ['whose number took too few digits', { '1-first.sql': GOOD }, /0001-some-words\.sql/],
    ['after a gap', { '0001-first.sql': GOOD, '0003-third.sql': GOOD }, /0003-third\.sql: expected number 2/],
    [
      'with a number that is taken',
      { '0001-first.sql': GOOD, '0001-other.sql': GOOD },
      /0001-other\.sql: expected number 2/,
    ],
    ['that does not begin at 1', { '0002-second.sql': GOOD }, /expected number 1/],
    ['without a way down', { '0001-first.sql': '-- up\ncreate table a ();\n' }, /"-- down"/],
    ['without a way up', { '0001-first.sql': '-- down\ndrop table a;\n' }, /"-- up"/],
    ['with an empty way down', { '0001-first.sql': '-- up\ncreate table a ();\n-- down\n\n' }, /"-- down"/],
    [
      'with its marks the wrong way round',
      { '0001-first.sql': '-- down\ndrop table a;\n-- up\ncreate table a ();\n' },
      /"-- up"/,
    ],
    [
      'with a mark that is not alone on its line',
      { '0001-first.sql': '-- up we go\nselect 1;\n-- down\nselect 1;\n' },
      /"-- up"/,
    ],
  ])('refuses a file %s', (_, files, message) => {
    write(files);
    expect(() => readMigrations(folder)).toThrow(message);
  });
});
