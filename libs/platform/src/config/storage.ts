import { z } from 'zod';
import { ConfigError } from './load.js';
import { integer, oneOf, optionalSecret, optionalText, url } from './variables.js';

export const storageConfig = {
  STORAGE_URL: z
    .string({ error: 'is required' })
    .refine((value) => placeOf(value) !== null, {
      error:
        'must be file:///absolute/folder, or https://endpoint/bucket with the regional endpoint of the store',
    })
    .describe(
      'Where objects are kept: file:///absolute/folder keeps them on disk, https://endpoint/bucket in a bucket of any S3 store.',
    ),
  STORAGE_PUBLIC_URL: z
    .string()
    .refine((value) => isOrigin(value), {
      error: 'must be an address of the form https://host, without a path',
    })
    .optional()
    .describe(
      'Where clients reach the S3 store, if not at the endpoint of STORAGE_URL: https://host. Signed addresses begin with it.',
    ),
  STORAGE_REGION: optionalText(
    'Region of the bucket, as the store calls it. Required with S3: it is part of every signature.',
  ),
  STORAGE_ACCESS_KEY: optionalSecret(
    'Access key of the S3 store. Required with S3. It needs ListBucket, GetObject, PutObject and DeleteObject on the bucket.',
  ),
  STORAGE_SECRET_KEY: optionalSecret('Secret key that belongs to STORAGE_ACCESS_KEY. Required with S3.'),
  STORAGE_ADDRESSING: oneOf(
    'Where the name of the bucket stands in an address of the S3 store: path (https://endpoint/bucket/key), or virtual_host (https://bucket.endpoint/key).',
    ['path', 'virtual_host'],
    'path',
  ),
  STORAGE_WRITE_ONCE: oneOf(
    'Whether an upload is signed with If-None-Match, so that the S3 store refuses a second one. Off for stores that answer it with 501.',
    ['on', 'off'],
    'on',
  ),
  STORAGE_TIMEOUT_SECONDS: integer(
    'Seconds without an answer or a byte from the S3 store after which a call is given up and counts as one that may be repeated. Below the 10 s that a look for an upload may take.',
    8,
    1,
    9,
  ),
  STORAGE_SIGNING_KEY: optionalSecret(
    'Signs the upload and download addresses of the disk storage; the same for all API replicas. Required with file:.',
    32,
  ),
  API_PUBLIC_URL: url(
    'Address under which clients reach the API; with disk storage upload addresses begin with it.',
    /^https?:$/,
    'http://127.0.0.1:8080',
  ),
};

/** A folder whose addresses the API signs and serves. */
export interface DiskStorageSettings {
  kind: 'disk';
  /** A `file:` address. */
  folder: string;
  signingKey: string;
  publicUrl: string;
}

/** A bucket of an S3 store, and how to speak to it. */
export interface S3StorageSettings {
  kind: 's3';
  /** Where this process reaches the store: an origin, without a path. */
  endpoint: string;
  /** Where clients reach it; signed addresses begin with it. */
  publicEndpoint: string;
  bucket: string;
  /** Never asked for over the network: a signature with another one is refused. */
  region: string;
  accessKey: string;
  secretKey: string;
  /** Whether the bucket is the first part of the path, or of the host name. */
  addressing: 'path' | 'virtual_host';
  /** Milliseconds without an answer or a byte after which a call is given up. */
  timeoutMs: number;
  /** Whether an upload is signed to be refused where there is an object already. */
  writeOnce: boolean;
}

export type StorageSettings = DiskStorageSettings | S3StorageSettings;

type StorageValues = z.infer<z.ZodObject<typeof storageConfig>>;

const REQUIRED_BY = {
  disk: ['STORAGE_SIGNING_KEY'],
  s3: ['STORAGE_REGION', 'STORAGE_ACCESS_KEY', 'STORAGE_SECRET_KEY'],
} as const;

/** What the kind of storage that `STORAGE_URL` names needs besides, as far as it is not set. */
export function missingForStorage(values: Readonly<Record<string, unknown>>): string[] {
  const { STORAGE_URL } = values;
  const place = typeof STORAGE_URL === 'string' ? placeOf(STORAGE_URL) : null;
  if (!place) return [];
  const { kind } = place;
  return REQUIRED_BY[kind]
    .filter((name) => values[name] === undefined)
    .map((name) => `${name}: is required with this STORAGE_URL (${storageConfig[name].description})`);
}

/**
 * The storage of this installation.
 *
 * @throws ConfigError for what {@link missingForStorage} names
 */
export function storageSettings(values: StorageValues): StorageSettings {
  const place = placeOf(values.STORAGE_URL);
  const missing = missingForStorage(values);
  if (!place || missing.length > 0) throw new ConfigError(missing.join('\n'));
  if (place.kind === 'disk') {
    const { STORAGE_SIGNING_KEY: signingKey = '', API_PUBLIC_URL: publicUrl } = values;
    return { kind: 'disk', folder: values.STORAGE_URL, signingKey, publicUrl };
  }
  const { endpoint, bucket } = place;
  return {
    kind: 's3',
    endpoint,
    publicEndpoint: new URL(values.STORAGE_PUBLIC_URL ?? endpoint).origin,
    bucket,
    region: values.STORAGE_REGION ?? '',
    accessKey: values.STORAGE_ACCESS_KEY ?? '',
    secretKey: values.STORAGE_SECRET_KEY ?? '',
    addressing: values.STORAGE_ADDRESSING,
    timeoutMs: values.STORAGE_TIMEOUT_SECONDS * 1_000,
    writeOnce: values.STORAGE_WRITE_ONCE === 'on',
  };
}

type Place = { kind: 'disk' } | { kind: 's3'; endpoint: string; bucket: string };

/** AWS: "Bucket naming rules", without the ones for buckets of special kinds. */
const BUCKET = /^\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/?$/;

/** Not a bucket's region but a redirect to it, which no signature survives. */
const GLOBAL_ENDPOINT = 's3.amazonaws.com';

function placeOf(address: string): Place | null {
  if (!URL.canParse(address)) return null;
  const { protocol, origin, hostname, pathname, username, search, hash } = new URL(address);
  if (protocol === 'file:') return { kind: 'disk' };
  const bucket = BUCKET.exec(pathname)?.[1];
  const isPlain = username === '' && search === '' && hash === '' && hostname !== GLOBAL_ENDPOINT;
  return /^https?:$/.test(protocol) && bucket !== undefined && isPlain
    ? { kind: 's3', endpoint: origin, bucket }
    : null;
}

function isOrigin(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, pathname, username, search, hash } = new URL(address);
  return /^https?:$/.test(protocol) && pathname === '/' && username === '' && search === '' && hash === '';
}
