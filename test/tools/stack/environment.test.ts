import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  declaredVariables,
  externalDatabase,
  externalTemporal,
  portIn,
} from '../../../tools/stack/environment.ts';
import { stackHome } from '../../../tools/stack/home.ts';
import { StackError } from '../../../tools/stack/stack-error.ts';

const embedded = {
  appUrl: 'postgres://app@127.0.0.1:54329/docket',
  adminUrl: 'postgres://postgres@127.0.0.1:54329/docket',
};
const own = { appUrl: 'postgres://app@db.example/docket', adminUrl: 'postgres://admin@db.example/docket' };

function database(appUrl?: string, adminUrl?: string): typeof own | undefined {
  return externalDatabase({ DATABASE_URL: appUrl, DATABASE_ADMIN_URL: adminUrl }, embedded);
}

describe('externalDatabase', () => {
  it("is the caller's own where both addresses name it", () => {
    expect(database(own.appUrl, own.adminUrl)).toEqual(own);
    expect(
      externalDatabase({ DATABASE_URL: own.appUrl, DATABASE_ADMIN_URL: own.adminUrl }, undefined),
    ).toEqual(own);
  });

  it('is none where nothing is set, or an empty value as in a copied .env.example', () => {
    expect(database()).toBeUndefined();
    expect(database('', '')).toBeUndefined();
  });

  it('is none where the addresses are those of the embedded one, as after sourcing local.env', () => {
    expect(database(embedded.appUrl, embedded.adminUrl)).toBeUndefined();
    expect(database(embedded.appUrl)).toBeUndefined();
    expect(database('', embedded.adminUrl)).toBeUndefined();
  });

  it.each([
    {
      case: 'only the application is sent elsewhere',
      app: own.appUrl,
      admin: undefined,
      foreign: 'DATABASE_URL',
    },
    {
      case: 'the administrator stays behind',
      app: own.appUrl,
      admin: embedded.adminUrl,
      foreign: 'DATABASE_URL',
    },
    {
      case: 'only the administrator is sent elsewhere',
      app: '',
      admin: own.adminUrl,
      foreign: 'DATABASE_ADMIN_URL',
    },
    {
      case: 'the application stays behind',
      app: embedded.appUrl,
      admin: own.adminUrl,
      foreign: 'DATABASE_ADMIN_URL',
    },
  ])(
    'is refused where $case: migrations and application would use two databases',
    ({ app, admin, foreign }) => {
      expect(() => database(app, admin)).toThrow(StackError);
      expect(() => database(app, admin)).toThrow(new RegExp(`^${foreign} names a Postgres of your own`));
    },
  );
});

describe('externalTemporal', () => {
  it("is the caller's own, unless it is unset, empty or the embedded one", () => {
    const embeddedAddress = '127.0.0.1:7233';
    const external = (address?: string): string | undefined =>
      externalTemporal({ TEMPORAL_ADDRESS: address }, embeddedAddress);
    expect(external('temporal.example:7233')).toBe('temporal.example:7233');
    expect(external(embeddedAddress)).toBeUndefined();
    expect(external('')).toBeUndefined();
    expect(external()).toBeUndefined();
  });
});

describe('declaredVariables', () => {
  it('names variables set and commented out, and nothing from prose', () => {
    const text = '# Set A_URL, or B=1 in a shell.\nA_URL=\n# B_2=12\n#C=x=y\n  \n# lower=1\nD\n';
    expect(declaredVariables(text)).toEqual(['A_URL', 'B_2', 'C']);
  });

  it('finds in the example what every installation needs, each once', () => {
    const names = declaredVariables(readFileSync(join(stackHome().repo, '.env.example'), 'utf8'));
    expect(names).toEqual(
      expect.arrayContaining(['DATABASE_URL', 'TEMPORAL_ADDRESS', 'API_KEY_PEPPER', 'API_PORT']),
    );
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('portIn', () => {
  it('is the number of a port', () => {
    expect(['1', '8080', '65535'].map(portIn)).toEqual([1, 8080, 65535]);
  });

  it.each([undefined, '', '0', '-1', '65536', '80.5', '8080/tcp', 'http'])('is nothing for %j', (value) => {
    expect(portIn(value)).toBeUndefined();
  });
});
