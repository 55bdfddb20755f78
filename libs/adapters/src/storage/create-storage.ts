import type { StorageSettings } from '@docket/platform/config/storage';
import { fileURLToPath } from 'node:url';
import { DiskStorage } from './disk-storage.js';
import type { ObjectStorage } from './object-storage.js';
import { AddressSigner } from './signed-address.js';
import { TracedStorage } from './traced-storage.js';

/** The storage of this installation. */
export class ConfiguredStorage {
  constructor(
    readonly objects: ObjectStorage,
    /** What the API needs to serve the signed addresses itself; null where the store does. */
    readonly served: { disk: DiskStorage; signer: AddressSigner } | null,
  ) {}
}

/** The storage that `STORAGE_URL` names. */
export async function createStorage(settings: StorageSettings): Promise<ConfiguredStorage> {
  switch (settings.kind) {
    case 'disk': {
      const signer = new AddressSigner(settings.signingKey, settings.publicUrl);
      const disk = new DiskStorage(fileURLToPath(settings.folder), signer);
      return new ConfiguredStorage(new TracedStorage(disk, 'disk'), { disk, signer });
    }
    case 's3': {
      // Loaded only where it is used: the client and what it stands on are some megabytes of code.
      const { S3Storage } = await import('./s3-storage.js');
      return new ConfiguredStorage(new TracedStorage(new S3Storage(settings), 's3'), null);
    }
  }
}
