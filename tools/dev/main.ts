import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, utimesSync, watch } from 'node:fs';
import { join } from 'node:path';
import { stackHome } from '../stack/home.ts';
import { stopService } from '../stack/stop.ts';
import { up } from '../stack/up.ts';

const REPOSITORY = join(import.meta.dirname, '../..');
const LIBRARIES = ['domain', 'platform', 'db', 'adapters', 'activities', 'workflows'];
const APPS = ['api', 'worker'];
/** Editors write a file several times in a row. */
const QUIET_MS = 150;

/**
 * Servers as in `make up`, API and worker under `nest start --watch`: a change in an app reloads it, a change in a library
 * compiles the library and reloads both.
 */
async function main(): Promise<void> {
  const stack = await up();
  const { runDir } = stackHome();
  await stopService(runDir, 'api');
  await stopService(runDir, 'worker');
  const environment = {
    ...process.env,
    ...stack.environment,
    // One name for whatever is compiled next, so that it is promoted once.
    WORKER_BUILD_ID: 'development',
  };
  const apps = APPS.map((app) => run(['run', 'dev', '-w', `apps/${app}`], environment));
  promote(environment);
  for (const library of LIBRARIES) onChange(join(REPOSITORY, 'libs', library, 'src'), () => rebuild(library));
  const stop = (): void => {
    for (const app of apps) app.kill('SIGTERM');
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  console.log(`API ${stack.apiUrl} and worker reload on change; Ctrl-C ends them, make down the servers`);
}

/** Waits for the worker that was just begun, and gives it what is open, too. */
function promote(environment: NodeJS.ProcessEnv): void {
  const command = join(REPOSITORY, 'apps/worker/dist/commands/promote.js');
  spawn(process.execPath, [command, '--take-over'], { env: environment, stdio: 'inherit' });
}

function rebuild(library: string): void {
  console.log(`libs/${library} changed`);
  run(['run', '--silent', 'build', '-w', `libs/${library}`], process.env).on('exit', (code) => {
    if (code !== 0) return;
    const bundle = library === 'workflows' || library === 'domain';
    const done = (): void => APPS.forEach(reload);
    if (bundle) run(['run', '--silent', 'build', '-w', 'apps/worker'], process.env).on('exit', done);
    else done();
  });
}

/** Nest restarts an app when its compiled files change; a library's are beyond what it watches. */
function reload(app: string): void {
  const entry = join(REPOSITORY, 'apps', app, 'dist/main.js');
  if (existsSync(entry)) utimesSync(entry, new Date(), new Date());
}

function onChange(folder: string, work: () => void): void {
  let timer: NodeJS.Timeout | undefined;
  watch(folder, { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(work, QUIET_MS);
  });
}

function run(args: readonly string[], environment: NodeJS.ProcessEnv): ChildProcess {
  return spawn('npm', args, { cwd: REPOSITORY, env: environment, stdio: 'inherit' });
}

await main();
