import { fileURLToPath } from 'node:url';
import { DiskStorage } from './disk-storage.js';
import type { ObjectStorage } from './object-storage.js';
import { AddressSigner } from './signed-address.js';

export interface StorageSettings {
  STORAGE_URL: string;
  STORAGE_SIGNING_KEY: string;
  API_PUBLIC_URL: string;
}

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
  const signer = new AddressSigner(settings.STORAGE_SIGNING_KEY, settings.API_PUBLIC_URL);
  const disk = new DiskStorage(fileURLToPath(settings.STORAGE_URL), signer);
  return new ConfiguredStorage(disk, { disk, signer });
}
