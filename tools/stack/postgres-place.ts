import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';

import { readFields, writeJson } from './files.ts';
import type { StackHome } from './home.ts';
import { serverUser, type ServerUser } from './server-user.ts';
import { StackError } from './stack-error.ts';
import { closedFolder } from './traversal.ts';

export interface PostgresPlace {
  readonly binDir: string;
  readonly dataDir: string;
}

/** World-readable on every Unix that has it, and where a server's data is looked for. */
const OUTSIDE_ROOT = '/var/lib/docket';

/** The folder outside the home that holds this home's database, if it has one. */
export function outsideFolder(home: StackHome): string | undefined {
  const outside = readFields(home.postgresPlaceFile)?.['outside'];
  return typeof outside === 'string' ? outside : undefined;
}

/**
 * Where Postgres runs from and keeps its data: normally the tools and the home. Run by root it becomes
 * another user, and a home below a closed folder (/root, a `mktemp -d`) is out of that user's reach; then
 * programs and data live outside, and the home remembers where.
 */
export function preparePostgresPlace(home: StackHome, binDir: string): PostgresPlace {
  const inside = { binDir, dataDir: join(home.dataDir, 'postgres') };
  const user = serverUser();
  if (!user) return inside;
  const place = outsideFolder(home);
  const remembered = place !== undefined && existsSync(place) ? place : undefined;
  const closedBin = closedFolder(binDir, user);
  const closed = closedFolder(home.dataDir, user) ?? closedBin;
  if (remembered === undefined && closed === undefined) return inside;
  const outside = remembered ?? leaveHome(home, inside.dataDir, user, closed);
  const reachable = closedBin === undefined ? binDir : copyPrograms(home, binDir, outside, user);
  return { binDir: reachable, dataDir: join(outside, 'data') };
}

/** A database that is inside already stays there: it is the folder above it that has to open. */
function leaveHome(home: StackHome, dataDir: string, user: ServerUser, closed: string | undefined): string {
  if (!existsSync(dataDir)) return createOutside(home);
  throw new StackError(
    `The database in ${dataDir} is out of reach of the user ${user.name}: ${closed} is closed to it.`,
    `chmod o+x ${closed}`,
  );
}

/** A name of its own each time: a home deleted by hand leaves data behind whose password went with it. */
function createOutside(home: StackHome): string {
  const hash = createHash('sha256').update(home.root).digest('hex').slice(0, 12);
  const outside = join(OUTSIDE_ROOT, `${hash}-${randomBytes(3).toString('hex')}`);
  mkdirSync(outside, { recursive: true });
  // Whatever the umask says.
  for (const folder of [OUTSIDE_ROOT, outside]) chmodSync(folder, 0o755);
  writeFileSync(join(outside, 'belongs-to'), `${home.root}\n`);
  writeJson(home.postgresPlaceFile, { outside });
  return outside;
}

/** Copies the wheel's Postgres, once per version, and answers its bin folder there. */
function copyPrograms(home: StackHome, binDir: string, outside: string, user: ServerUser): string {
  // A home may share the tools of another through a link.
  const packages = realpathSync(join(home.toolsDir, 'packages'));
  const install = relative(packages, realpathSync(dirname(binDir)));
  if (install.startsWith('..')) {
    throw new StackError(
      `${binDir} is out of reach of the user ${user.name}, whom Postgres runs as.`,
      'set DOCKET_POSTGRES_BIN to a folder that every user may enter, or unset it.',
    );
  }
  const { size, mtimeMs } = statSync(join(binDir, 'postgres'));
  const version = createHash('sha256').update(`${size} ${mtimeMs}`).digest('hex').slice(0, 12);
  const target = join(outside, `programs-${version}`);
  if (!existsSync(target)) {
    for (const old of readdirSync(outside).filter((name) => name.startsWith('programs-'))) {
      rmSync(join(outside, old), { recursive: true });
    }
    const fresh = `${target}.new`;
    // The wheel's libraries are found relative to its programs, so the layout is kept.
    for (const part of [install, ...readdirSync(packages).filter((name) => name.endsWith('.libs'))]) {
      cpSync(join(packages, part), join(fresh, part), { recursive: true });
    }
    spawnSync('chmod', ['-R', 'a+rX', fresh]);
    renameSync(fresh, target);
  }
  return join(target, install, 'bin');
}
