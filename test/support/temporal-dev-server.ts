import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stackHome } from '../../tools/stack/home.ts';
import { anyFreePort } from '../../tools/stack/ports.ts';
import { NAMESPACE, startTemporal } from '../../tools/stack/temporal.ts';
import { readTools } from '../../tools/stack/tools.ts';

export interface DevServer {
  address: string;
  namespace: string;
  stop(): Promise<void>;
}

/** A real Temporal server as the local stack runs it, with ports and data of its own. */
export async function startDevServer(): Promise<DevServer> {
  const folder = mkdtempSync(join(tmpdir(), 'docket-temporal-'));
  const [runDir, logsDir] = [join(folder, 'run'), join(folder, 'logs')];
  for (const directory of [runDir, logsDir]) mkdirSync(directory);
  const server = await startTemporal({
    executable: readTools(stackHome()).temporal,
    dbFile: join(folder, 'temporal.db'),
    port: await anyFreePort(),
    uiPort: await anyFreePort(),
    runDir,
    logsDir,
  });
  return {
    address: server.address,
    namespace: NAMESPACE,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
