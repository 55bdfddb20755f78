import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LocalStack } from '../stack/up.ts';
import { DocketClient } from './docket-client.ts';

const REPOSITORY = join(import.meta.dirname, '../..');

/** Makes an organisation with one API key, through the operator's command. */
export async function createOrg(
  name: string,
  environment: NodeJS.ProcessEnv,
): Promise<{ orgId: string; apiKey: string }> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(REPOSITORY, 'apps/api/dist/commands/create-org.js'), '--name', name],
    { env: { ...process.env, ...environment } },
  );
  return JSON.parse(stdout) as { orgId: string; apiKey: string };
}

/** A client of a running stack that speaks for an organisation made for it, so that no earlier run is in its way. */
export async function newOrgClient(
  stack: Pick<LocalStack, 'apiUrl' | 'environment'>,
  name: string,
): Promise<DocketClient> {
  const { apiKey } = await createOrg(name, stack.environment);
  return new DocketClient(stack.apiUrl, apiKey);
}
