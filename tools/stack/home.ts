import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where one copy of the project keeps its stack. Two copies have two homes and never meet. */
export interface StackHome {
  readonly repo: string;
  readonly root: string;
  readonly toolsDir: string;
  /** What must survive a restart: the databases and the stored objects. */
  readonly dataDir: string;
  /** What only describes running processes; safe to lose when none runs. */
  readonly runDir: string;
  readonly logsDir: string;
  readonly secretsFile: string;
  readonly localEnvFile: string;
  readonly postgresPlaceFile: string;
}

/** DOCKET_HOME is absolute or relative to the repository, as in tools/bootstrap.py. */
export function stackHome(environment: NodeJS.ProcessEnv = process.env): StackHome {
  const repo = resolve(import.meta.dirname, '../..');
  const root = resolve(repo, environment.DOCKET_HOME || '.docket');
  return {
    repo,
    root,
    toolsDir: join(root, 'tools'),
    dataDir: join(root, 'data'),
    runDir: join(root, 'run'),
    logsDir: join(root, 'logs'),
    secretsFile: join(root, 'secrets.json'),
    localEnvFile: join(root, 'local.env'),
    postgresPlaceFile: join(root, 'postgres-place.json'),
  };
}

export function createHome(home: StackHome): void {
  for (const folder of [home.dataDir, home.runDir, home.logsDir]) mkdirSync(folder, { recursive: true });
}
