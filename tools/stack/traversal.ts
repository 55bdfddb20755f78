import { realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

export interface FolderAccess {
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** Whether a user may pass through a folder: the first class that fits decides, as in the kernel. */
export function mayEnter(folder: FolderAccess, user: { uid: number; gid: number }): boolean {
  if (folder.uid === user.uid) return (folder.mode & 0o100) !== 0;
  if (folder.gid === user.gid) return (folder.mode & 0o010) !== 0;
  return (folder.mode & 0o001) !== 0;
}

/** The outermost folder on the way to (and with) `path` that shuts the user out, or undefined. */
export function closedFolder(path: string, user: { uid: number; gid: number }): string | undefined {
  // Both count for a link: the folders it stands in, and those it leads to. Where the first shut us out ourselves, the
  // second cannot be looked at, and need not be.
  return closedOn(wayTo(resolve(path)), user) ?? closedOn(wayTo(realpathSync(path)), user);
}

function closedOn(way: readonly string[], user: { uid: number; gid: number }): string | undefined {
  return way.find((folder) => {
    const { mode, uid, gid } = statSync(folder);
    return !mayEnter({ path: folder, mode, uid, gid }, user);
  });
}

function wayTo(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [...wayTo(parent), path];
}
