import { statSync } from 'node:fs';
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
  const way: string[] = [];
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    way.unshift(folder);
    if (folder === dirname(folder)) break;
  }
  return way.find((folder) => {
    const { mode, uid, gid } = statSync(folder);
    return !mayEnter({ path: folder, mode, uid, gid }, user);
  });
}
