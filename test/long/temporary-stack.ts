import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { createOrg } from '../../tools/client/create-org.ts';
import { DocketClient } from '../../tools/client/docket-client.ts';
import { stackHome, type StackHome } from '../../tools/stack/home.ts';
import { readLocalEnv } from '../../tools/stack/local-env.ts';
import { readSecrets } from '../../tools/stack/secrets.ts';
import { readLiving } from '../../tools/stack/process.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** A stack with a home of its own, driven by the commands that `make up` and `make clean` run. */
export class TemporaryStack {
  readonly home: StackHome;
  readonly #variables: Record<string, string>;

  /** @param variables of the applications, over those of the caller */
  constructor(variables: Record<string, string> = {}) {
    this.#variables = variables;
    const main = stackHome();
    mkdirSync(main.root, { recursive: true });
    const root = mkdtempSync(join(main.root, 'copy-'));
    this.home = stackHome({ DOCKET_HOME: root });
    // The tools are the same for every copy.
    symlinkSync(main.toolsDir, this.home.toolsDir);
  }

  async up(): Promise<void> {
    await this.#command('up.ts');
  }

  async remove(): Promise<void> {
    await this.#command('clean.ts');
    rmSync(this.home.root, { recursive: true, force: true });
  }

  client(): DocketClient {
    const { DOCKET_URL: url, DOCKET_API_KEY: apiKey } = readLocalEnv(this.home);
    if (!url || !apiKey) throw new Error('the stack is not up');
    return new DocketClient(url, apiKey);
  }

  /** An organisation of its own on this stack. */
  async newOrg(name: string): Promise<{ orgId: string; docket: () => DocketClient }> {
    const { DATABASE_URL = '', DOCKET_URL = '' } = readLocalEnv(this.home);
    const secrets = readSecrets(this.home);
    if (!secrets) throw new Error('the stack is not up');
    const { orgId, apiKey } = await createOrg(name, {
      DATABASE_URL,
      API_KEY_PEPPER: secrets.apiKeyPepper,
    });
    // After a restart the API may answer elsewhere.
    return {
      orgId,
      docket: () => new DocketClient(readLocalEnv(this.home).DOCKET_URL ?? DOCKET_URL, apiKey),
    };
  }

  get adminUrl(): string {
    return readLocalEnv(this.home).DATABASE_ADMIN_URL ?? '';
  }

  /** SIGKILL to a service and everything below it, as a crash or the kernel would. */
  kill(service: 'api' | 'worker' | 'temporal' | 'postgres'): void {
    const root = readLiving(this.home.runDir, service)?.pid;
    if (root === undefined) throw new Error(`${service} is not running`);
    for (const pid of [root, ...descendants(root)]) killIfAlive(pid);
  }

  async #command(script: string): Promise<void> {
    const { DATABASE_URL: _, DATABASE_ADMIN_URL: __, TEMPORAL_ADDRESS: ___, ...environment } = process.env;
    await run(process.execPath, [join(REPOSITORY, 'tools/stack', script)], {
      env: {
        ...environment,
        DOCKET_HOME: this.home.root,
        // Killed and started again, on a busy machine: what is slow here is not the file.
        PARSE_TIMEOUT_SECONDS: '60',
        ...this.#variables,
      },
    });
  }
}

/** A child may end by itself when its parent does. */
function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // Not by its class: it comes from outside the realm that Jest runs tests in.
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
    if (code !== 'ESRCH') throw error;
  }
}

function descendants(root: number): number[] {
  const children = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => parentOf(pid) === root);
  return children.flatMap((pid) => [pid, ...descendants(pid)]);
}

function parentOf(pid: number): number | null {
  try {
    return Number(
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')[1],
    );
  } catch {
    // It ended while we looked.
    return null;
  }
}
