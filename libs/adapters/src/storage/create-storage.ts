import { fileURLToPath } from 'node:url';
import { DiskStorage } from './disk-storage.js';
import { AddressSigner } from './signed-address.js';

export interface StorageSettings {
  STORAGE_URL: string;
  STORAGE_SIGNING_KEY: string;
  API_PUBLIC_URL: string;
}

/** The storage that `STORAGE_URL` names. */
export function createStorage(settings: StorageSettings): { storage: DiskStorage; signer: AddressSigner } {
  const signer = new AddressSigner(settings.STORAGE_SIGNING_KEY, settings.API_PUBLIC_URL);
  return { storage: new DiskStorage(fileURLToPath(settings.STORAGE_URL), signer), signer };
}
