import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readFields, readText, writeAtomically } from '../../../tools/stack/files.ts';
import { createHome, stackHome, type StackHome } from '../../../tools/stack/home.ts';
import { readOrCreateSecrets, readSecrets } from '../../../tools/stack/secrets.ts';
import { readPorts, rememberPorts } from '../../../tools/stack/stack-state.ts';
import { readTools } from '../../../tools/stack/tools.ts';
import { temporaryFolders } from '../support/temporary-folder.ts';

const newFolder = temporaryFolders();

function newHome(): StackHome {
  const home = stackHome({ DOCKET_HOME: newFolder() });
  createHome(home);
  return home;
}

describe('files', () => {
  it('that are missing read as undefined; any other fault is thrown', () => {
    const folder = newFolder();
    expect(readText(join(folder, 'missing'))).toBeUndefined();
    expect(() => readText(folder)).toThrow('EISDIR');
  });

  it('are replaced whole, with their mode, and nothing is left beside them', () => {
    const folder = newFolder();
    const path = join(folder, 'file');
    writeAtomically(path, 'a longer first content', 0o600);
    writeAtomically(path, 'second', 0o600);
    expect(readFileSync(path, 'utf8')).toBe('second');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it.each(['', '{"a":', 'null', '7', '"text"'])('that hold no object (%j) have no fields', (content) => {
    const path = join(newFolder(), 'file.json');
    writeFileSync(path, content);
    expect(readFields(path)).toBeUndefined();
  });
});

describe('the home', () => {
  it('is .docket in the repository unless the environment names another, relative to the repository', () => {
    const { repo, root } = stackHome({});
    expect(root).toBe(join(repo, '.docket'));
    expect(stackHome({ DOCKET_HOME: '' }).root).toBe(root);
    expect(stackHome({ DOCKET_HOME: '../other' }).root).toBe(join(repo, '../other'));
    expect(stackHome({ DOCKET_HOME: '/srv/docket' }).dataDir).toBe('/srv/docket/data');
  });
});

describe('secrets', () => {
  it('are made once, for their owner only, and never renewed', () => {
    const home = newHome();
    expect(readSecrets(home)).toBeUndefined();
    const made = readOrCreateSecrets(home);
    expect(readOrCreateSecrets(home)).toEqual(made);
    expect(statSync(home.secretsFile).mode & 0o777).toBe(0o600);
    expect(new Set(Object.values(made)).size).toBe(Object.keys(made).length);
    expect(readOrCreateSecrets(newHome()).apiKeyPepper).not.toBe(made.apiKeyPepper);
  });

  it('that an older home does not know are added, and those it has are kept', () => {
    const home = newHome();
    const { operatorToken: _, ...older } = readOrCreateSecrets(home);
    writeFileSync(home.secretsFile, JSON.stringify(older));
    expect(readSecrets(home)).toBeUndefined();
    expect(readOrCreateSecrets(home)).toMatchObject(older);
    expect(readSecrets(home)?.operatorToken).toMatch(/^[\w-]{32}$/);
  });

  it('hold passwords that stand in a URL as they are, and keys of 32 bytes', () => {
    const { postgresPassword, appPassword, apiKeyPepper, storageSigningKey } = readOrCreateSecrets(newHome());
    for (const password of [postgresPassword, appPassword]) expect(password).toMatch(/^[\w-]{32}$/);
    for (const key of [apiKeyPepper, storageSigningKey]) expect(Buffer.from(key, 'base64')).toHaveLength(32);
  });
});

describe('remembered ports', () => {
  it('of one service survive those of another', () => {
    const home = newHome();
    expect(readPorts(home)).toEqual({});
    rememberPorts(home, { postgres: 1, api: 2 });
    rememberPorts(home, { api: 3 });
    expect(readPorts(home)).toEqual({ postgres: 1, api: 3 });
  });

  it('are only numbers under known names', () => {
    const home = newHome();
    writeFileSync(join(home.runDir, 'stack.json'), '{"api":"8080","worker":8081,"other":1}');
    expect(readPorts(home)).toEqual({ worker: 8081 });
  });
});

describe('tools', () => {
  it('that were not installed are named, with what to do', () => {
    const home = newHome();
    mkdirSync(home.toolsDir);
    writeFileSync(join(home.toolsDir, 'tools.json'), '{"node":"/usr/bin/node"}');
    expect(() => readTools(home)).toThrow(/does not say where temporal is/);
  });
});
