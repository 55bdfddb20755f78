import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { temporalSettings } from '../../../tools/stack/temporal-settings.ts';

const COMPOSE = join(import.meta.dirname, '../../../docker-compose.yml');
const FLAG = '--dynamic-config-value=';

function fileWith(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'docket-settings-')), 'dynamic-config.yaml');
  writeFileSync(file, text);
  return file;
}

describe('the settings of the Temporal server', () => {
  it('are the same in docker-compose.yml', () => {
    const { services } = parse(readFileSync(COMPOSE, 'utf8')) as {
      services: { temporal: { command: string[] } };
    };
    const given = services.temporal.command.filter((argument) => argument.startsWith(FLAG));
    expect(given.map((argument) => argument.slice(FLAG.length))).toEqual(temporalSettings());
  });

  it('have organisations take turns in a queue of one partition', () => {
    expect(temporalSettings()).toEqual(
      expect.arrayContaining([
        'matching.enableFairness=true',
        'matching.numTaskqueueReadPartitions=1',
        'matching.numTaskqueueWritePartitions=1',
      ]),
    );
  });

  it('are given as JSON', () => {
    expect(temporalSettings(fileWith('a.b:\n  - value: 20ms\nc.d:\n  - value: 3\n'))).toEqual([
      'a.b="20ms"',
      'c.d=3',
    ]);
  });

  it.each([
    ['several values', 'a.b:\n  - value: 1\n  - value: 2\n'],
    ['a value for a part', 'a.b:\n  - value: 1\n    constraints: {namespace: x}\n'],
    ['no value', 'a.b: []\n'],
  ])('are refused with %s', (_, text) => {
    expect(() => temporalSettings(fileWith(text))).toThrow('a.b must have one value without constraints');
  });
});
