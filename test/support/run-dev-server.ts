/**
 * `node test/support/run-dev-server.ts FOLDER` runs a real Temporal server with data in that folder until its input is
 * closed, so that it ends with whoever started it, and says its address as a line of JSON. A process of its own,
 * because the stack's code tells errors by their class, which differs inside Jest's sandbox.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { stackHome } from '../../tools/stack/home.ts';
import { anyFreePort } from '../../tools/stack/ports.ts';
import { NAMESPACE, startTemporal } from '../../tools/stack/temporal.ts';
import { readTools } from '../../tools/stack/tools.ts';

const folder = process.argv[2];
if (!folder) throw new Error('usage: run-dev-server.ts FOLDER');
const [runDir, logsDir] = [join(folder, 'run'), join(folder, 'logs')];
for (const directory of [runDir, logsDir]) mkdirSync(directory, { recursive: true });
const server = await startTemporal({
  executable: readTools(stackHome()).temporal,
  dbFile: join(folder, 'temporal.db'),
  port: await anyFreePort(),
  uiPort: await anyFreePort(),
  runDir,
  logsDir,
});
process.stdin.resume().once('close', () => void server.stop().finally(() => process.exit()));
console.log(JSON.stringify({ address: server.address, namespace: NAMESPACE, uiUrl: server.uiUrl }));
