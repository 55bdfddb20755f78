/**
 * `node test/support/run-s3-server.ts FOLDER` runs a real S3 server with data in that folder until its input is closed,
 * so that it ends with whoever started it, and says where it is as a line of JSON.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { stackHome } from '../../tools/stack/home.ts';
import { anyFreePort, isListening } from '../../tools/stack/ports.ts';
import { waitUntil } from '../../tools/stack/wait.ts';
import { findVersitygw, VERSITYGW_VERSION } from '../../tools/test-full/versitygw.ts';

/** It starts in a fraction of a second; other tests share the machine. */
const LISTENS_WITHIN_MS = 30_000;

const folder = process.argv[2];
if (!folder) throw new Error('usage: run-s3-server.ts FOLDER');
const program = findVersitygw(stackHome());
if (!program) throw new Error(`versitygw ${VERSITYGW_VERSION} is not installed: run \`make test-full\``);
const [objects, metadata] = [join(folder, 'objects'), join(folder, 'metadata')];
for (const directory of [objects, metadata]) mkdirSync(directory, { recursive: true });

const port = await anyFreePort();
const region = 'eu-test-1';
const [accessKey, secretKey] = [randomBytes(8).toString('hex'), randomBytes(16).toString('hex')];
const server = spawn(
  program,
  [
    '--port',
    `127.0.0.1:${port}`,
    '--region',
    region,
    '--keep-alive',
    '--quiet',
    'posix',
    '--sidecar',
    metadata,
    objects,
  ],
  {
    env: { ROOT_ACCESS_KEY: accessKey, ROOT_SECRET_KEY: secretKey, PATH: process.env['PATH'] },
    stdio: ['ignore', 'ignore', 'inherit'],
  },
);
server.once('exit', (code) => process.exit(code ?? 1));
// Nothing of it is kept, so there is nothing to end in order.
process.stdin.resume().once('close', () => server.kill('SIGKILL'));
const listens = await waitUntil(() => isListening(port), { timeoutMs: LISTENS_WITHIN_MS, everyMs: 25 });
if (!listens) throw new Error('the S3 server did not start');
console.log(JSON.stringify({ endpoint: `http://127.0.0.1:${port}`, region, accessKey, secretKey, objects }));
