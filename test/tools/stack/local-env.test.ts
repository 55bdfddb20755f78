import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stackHome } from '../../../tools/stack/home.ts';
import {
  LOCAL_ENV_NAMES,
  parseLocalEnv,
  readLocalEnv,
  renderLocalEnv,
  writeLocalEnv,
  type LocalEnv,
} from '../../../tools/stack/local-env.ts';
import { temporaryFolders } from '../support/temporary-folder.ts';

const newFolder = temporaryFolders();

const AWKWARD: LocalEnv = {
  DOCKET_URL: 'http://127.0.0.1:8080',
  DOCKET_API_KEY: 'dk_$HOME `id` "quoted" \\n # no comment',
  DATABASE_URL: 'postgres://app:p%20w@127.0.0.1:54329/docket?a=b&c=d',
  TEMPORAL_NAMESPACE: ' spaces around ',
};

describe('local.env', () => {
  it('gives back whatever was written into it', () => {
    const value = fc.string({ minLength: 1 }).filter((text) => !/['\n\r\0]/.test(text));
    const values = fc.record(Object.fromEntries(LOCAL_ENV_NAMES.map((name) => [name, value])), {
      requiredKeys: [],
    });
    fc.assert(
      fc.property(values, (written) => {
        expect(parseLocalEnv(renderLocalEnv(written))).toEqual({ ...written });
      }),
    );
  });

  it('means the same to a shell that sources it', () => {
    const script = `set -a; eval "$0"; exec "$1" -p 'JSON.stringify(process.env)'`;
    const { stdout } = spawnSync('sh', ['-c', script, renderLocalEnv(AWKWARD), process.execPath], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: '/nowhere' },
    });
    expect(JSON.parse(stdout)).toMatchObject(AWKWARD);
  });

  it.each(["it's", 'two\nlines'])('refuses a value that it cannot hold: %j', (value) => {
    expect(() => renderLocalEnv({ DOCKET_API_KEY: value })).toThrow('DOCKET_API_KEY cannot be written');
  });

  it('names no variable that has no value, and reads none that it does not know', () => {
    expect(renderLocalEnv({ WORKER_URL: 'http://127.0.0.1:8081' })).toBe(
      'WORKER_URL=http://127.0.0.1:8081\n',
    );
    expect(parseLocalEnv('PATH=/tmp\nDOCKET_URL=http://a\nDATABASE_URL=\n')).toEqual({
      DOCKET_URL: 'http://a',
    });
  });

  it('is empty before the first start, and afterwards for its owner only', () => {
    const home = stackHome({ DOCKET_HOME: newFolder() });
    expect(readLocalEnv(home)).toEqual({});
    writeLocalEnv(home, AWKWARD);
    expect(readLocalEnv(home)).toEqual(AWKWARD);
    expect(statSync(home.localEnvFile).mode & 0o777).toBe(0o600);
  });
});
