import { createStorage } from '@docket/adapters/storage/create';
import { provisionStorage } from '@docket/adapters/storage/provision';
import { checkStorage } from '@docket/adapters/storage/self-check';
import { ConfigError, loadConfig, readEnvFile } from '@docket/platform/config/load';
import { missingForStorage, storageConfig, storageSettings } from '@docket/platform/config/storage';

/** Makes the bucket or folder ready, and checks that it can be used. Idempotent. */
async function main(): Promise<void> {
  readEnvFile();
  const settings = storageSettings(loadConfig(storageConfig, undefined, missingForStorage));
  const { changes, notes } = await provisionStorage(settings);
  console.log(changes.length === 0 ? 'storage: up to date' : `storage: ${changes.join(', ')}`);
  const verdict = await checkStorage(await createStorage(settings));
  for (const note of [...notes, ...verdict.notes]) console.log(`storage: ${note}`);
  const { problems } = verdict;
  for (const problem of problems) console.error(`storage: ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof ConfigError || error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
