import { apiConfig } from '@docket/platform/config/api';
import { ConfigError, loadConfig } from '@docket/platform/config/load';
import { missingForStorage, storageSettings } from '@docket/platform/config/storage';
import { describe, expect, it } from '@jest/globals';
import { newSigningKeys } from '../../../../test/support/signing-keys.ts';

const BASE = {
  DATABASE_URL: 'postgres://docket_app@127.0.0.1/docket',
  API_KEY_PEPPER: 'p'.repeat(32),
  AUTH_SIGNING_KEYS: newSigningKeys(),
};
const DISK = { ...BASE, STORAGE_URL: 'file:///var/lib/docket', STORAGE_SIGNING_KEY: 's'.repeat(32) };
const S3 = {
  ...BASE,
  STORAGE_URL: 'https://s3.eu-central-1.amazonaws.com/my-bucket',
  STORAGE_REGION: 'eu-central-1',
  STORAGE_ACCESS_KEY: 'access',
  STORAGE_SECRET_KEY: 'secret',
};

const load = (environment: NodeJS.ProcessEnv) => loadConfig(apiConfig, environment, missingForStorage);

function problemsOf(environment: NodeJS.ProcessEnv): string[] {
  try {
    load(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n').slice(1);
    throw error;
  }
}

describe('the storage of an installation', () => {
  it('is a folder for file:', () => {
    expect(storageSettings(load(DISK))).toEqual({
      kind: 'disk',
      folder: 'file:///var/lib/docket',
      signingKey: 's'.repeat(32),
      publicUrl: 'http://127.0.0.1:8080',
    });
  });

  it('is a bucket for https:, which clients reach where this process does unless said otherwise', () => {
    const settings = {
      kind: 's3',
      endpoint: 'https://s3.eu-central-1.amazonaws.com',
      publicEndpoint: 'https://s3.eu-central-1.amazonaws.com',
      bucket: 'my-bucket',
      region: 'eu-central-1',
      accessKey: 'access',
      secretKey: 'secret',
      addressing: 'path',
      timeoutMs: 8_000,
      writeOnce: true,
    };
    expect(storageSettings(load(S3))).toEqual(settings);
    const inside = {
      STORAGE_URL: 'http://store:9000/my-bucket/',
      STORAGE_PUBLIC_URL: 'https://files.example.com/',
    };
    expect(storageSettings(load({ ...S3, ...inside }))).toEqual({
      ...settings,
      endpoint: 'http://store:9000',
      publicEndpoint: 'https://files.example.com',
    });
  });

  it('names everything that its kind needs and that is not set, and nothing of the other kind', () => {
    const { STORAGE_URL, ...noS3 } = S3;
    expect(problemsOf({ ...BASE, STORAGE_URL })).toEqual([
      expect.stringMatching(/STORAGE_REGION: is required with this/),
      expect.stringMatching(/STORAGE_ACCESS_KEY: is required with this/),
      expect.stringMatching(/STORAGE_SECRET_KEY: is required with this/),
    ]);
    expect(problemsOf({ ...noS3, STORAGE_URL: DISK.STORAGE_URL })).toEqual([
      expect.stringMatching(/STORAGE_SIGNING_KEY: is required with this/),
    ]);
  });

  it.each([
    ['no bucket', 'https://s3.example.com'],
    ['more than a bucket', 'https://s3.example.com/bucket/folder'],
    ['a bucket that can be none', 'https://s3.example.com/Bucket'],
    ['credentials, which would end in logs', 'https://key:secret@s3.example.com/bucket'],
    ['the endpoint that only redirects', 'https://s3.amazonaws.com/bucket'],
    ['another protocol', 's3://bucket'],
  ])('is refused with %s', (_what, address) => {
    expect(problemsOf({ ...S3, STORAGE_URL: address })).toEqual([
      expect.stringMatching(/STORAGE_URL: must be/),
    ]);
  });

  it('is refused with a public address that has a path, since a path is under the signature', () => {
    expect(problemsOf({ ...S3, STORAGE_PUBLIC_URL: 'https://example.com/files' })).toEqual([
      expect.stringMatching(/STORAGE_PUBLIC_URL: must be/),
    ]);
  });
});
