import { secret, url } from './variables.js';

export const storageConfig = {
  STORAGE_URL: url('Where objects are kept: file:///absolute/folder keeps them on disk.', /^file:$/),
  STORAGE_SIGNING_KEY: secret(
    'Signs the upload and download addresses of the disk storage; the same for all API replicas.',
    32,
  ),
  API_PUBLIC_URL: url(
    'Address under which clients reach the API; upload addresses begin with it.',
    /^https?:$/,
    'http://127.0.0.1:8080',
  ),
};
