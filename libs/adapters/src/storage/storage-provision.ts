import type { S3StorageSettings, StorageSettings } from '@docket/platform/config/storage';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export interface StorageProvision {
  /** What was done; empty when there was nothing to do. */
  changes: string[];
  /** What the store does not let be done, and what that means. */
  notes: string[];
}

/**
 * Sets the storage up: a folder, or a bucket with a rule for what is abandoned in staging. A repeat changes nothing.
 *
 * @throws StorageFault with what to set, where the store refuses
 */
export async function provisionStorage(settings: StorageSettings): Promise<StorageProvision> {
  if (settings.kind === 's3') return provisionBucket(settings);
  const made = await mkdir(fileURLToPath(settings.folder), { recursive: true });
  return { changes: made === undefined ? [] : ['folder created'], notes: [] };
}

async function provisionBucket(settings: S3StorageSettings): Promise<StorageProvision> {
  // Loaded only where it is used, as in `createStorage`.
  const { S3Bucket } = await import('./s3-bucket.js');
  const bucket = new S3Bucket(settings);
  const changes = (await bucket.create()) ? [`bucket ${settings.bucket} created`] : [];
  switch (await bucket.expireStaging()) {
    case 'set':
      return { changes: [...changes, 'lifecycle rule for staging set'], notes: [] };
    case 'there':
      return { changes, notes: [] };
    case 'other_rules':
      return {
        changes,
        notes: [
          'the bucket has lifecycle rules of its own, which were left alone. Add one: objects below staging/ expire after 30 days',
        ],
      };
    case 'not_supported':
      return { changes, notes: ['the store keeps no lifecycle rules; the sweep alone clears staging'] };
  }
}
