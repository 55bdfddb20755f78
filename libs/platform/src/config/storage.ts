import { integer, secret, url } from './variables.js';

export const storageConfig = {
  STORAGE_URL: url('Where objects are kept: file:///absolute/folder keeps them on disk.', /^file:$/),
  STORAGE_SIGNING_KEY: secret('Signs the upload and download addresses of the disk storage; the same for all API replicas.', 32),
  STORAGE_TIMEOUT_MS: integer('Milliseconds one call to the object storage may take.', 30_000, 100, 600_000),
  API_PUBLIC_URL: url('Address under which clients reach the API; upload addresses begin with it.', /^https?:$/, 'http://127.0.0.1:8080'),
};

