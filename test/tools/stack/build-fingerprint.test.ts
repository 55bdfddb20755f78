import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { appFingerprint, distFolders, newestChange } from '../../../tools/stack/build-fingerprint.ts';
import { temporaryFolders } from '../support/temporary-folder.ts';

const newFolder = temporaryFolders();

function fileOf(seconds: number, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
  utimesSync(path, seconds, seconds);
}

describe('newestChange', () => {
  it('is the latest of all files, however deep', () => {
    const root = newFolder();
    fileOf(5_000, join(root, 'a', 'main.js'));
    fileOf(7_000, join(root, 'b', 'deep', 'deeper', 'rule.js'));
    fileOf(6_000, join(root, 'b', 'index.js'));
    fileOf(9_000, join(root, 'c', 'other.js'));
    expect(newestChange([join(root, 'a'), join(root, 'b')])).toBe(7_000_000);
  });

  it('is 0 for folders that are missing or empty', () => {
    const root = newFolder();
    expect(newestChange([root, join(root, 'missing')])).toBe(0);
    expect(newestChange([])).toBe(0);
  });
});

describe('distFolders', () => {
  it('are those of the application and of every library, and of no other application', () => {
    const repo = newFolder();
    for (const path of ['apps/api', 'apps/worker', 'libs/db', 'libs/domain']) {
      mkdirSync(join(repo, path), { recursive: true });
    }
    const expected = ['apps/api/dist', 'libs/db/dist', 'libs/domain/dist'].map((path) => join(repo, path));
    expect(distFolders(repo, 'api').sort()).toEqual(expected);
    expect(distFolders(join(repo, 'missing'), 'api')).toEqual([join(repo, 'missing/apps/api/dist')]);
  });
});

describe('appFingerprint', () => {
  const variables = ['API_PORT', 'API_HOST'];
  const environment = { API_PORT: '8080', API_HOST: 'a', SHLVL: '1' };
  const usual = appFingerprint(environment, variables, 1_000);

  it('changes with the build and with each variable that the application reads', () => {
    const others = [
      appFingerprint(environment, variables, 1_001),
      appFingerprint({ ...environment, API_PORT: '8081' }, variables, 1_000),
      appFingerprint({ ...environment, API_HOST: undefined }, variables, 1_000),
      appFingerprint({ ...environment, API_HOST: '' }, variables, 1_000),
      appFingerprint({ ...environment, API_PORT: 'a', API_HOST: '8080' }, variables, 1_000),
    ];
    expect(new Set([usual, ...others]).size).toBe(others.length + 1);
  });

  it('does not change with what the application does not read, nor with the order of names', () => {
    expect(appFingerprint({ ...environment, SHLVL: '2', PWD: '/' }, variables, 1_000)).toBe(usual);
    expect(appFingerprint(environment, ['API_HOST', 'API_PORT', 'API_HOST'], 1_000)).toBe(usual);
  });

  it('does not show the values, among them passwords', () => {
    expect(usual).toMatch(/^[0-9a-f]{64}$/);
  });
});
