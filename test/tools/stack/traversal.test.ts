import { chmodSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { closedFolder, mayEnter } from '../../../tools/stack/traversal.ts';
import { temporaryFolders } from '../support/temporary-folder.ts';

const newFolder = temporaryFolders();
const me = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

describe('mayEnter', () => {
  const folder = { path: '/somewhere', uid: 10, gid: 20 };
  const owner = { uid: 10, gid: 20 };
  const member = { uid: 11, gid: 20 };
  const stranger = { uid: 11, gid: 21 };

  it.each([
    { mode: 0o100, who: 'owner', enters: [true, false, false] },
    { mode: 0o010, who: 'group', enters: [false, true, false] },
    { mode: 0o001, who: 'others', enters: [false, false, true] },
    { mode: 0o755, who: 'everybody', enters: [true, true, true] },
    { mode: 0o666, who: 'nobody, for reading is not entering', enters: [false, false, false] },
  ])('lets in by the bit of the first class that fits: $who', ({ mode, enters }) => {
    expect([owner, member, stranger].map((user) => mayEnter({ ...folder, mode }, user))).toEqual(enters);
  });

  it('ignores what stands beside the permission bits, as in st_mode', () => {
    expect(mayEnter({ ...folder, mode: 0o040755 }, stranger)).toBe(true);
    expect(mayEnter({ ...folder, mode: 0o041750 }, stranger)).toBe(false);
  });
});

describe('closedFolder', () => {
  /** Folders one in the other, each with its mode; opened again before they are removed. */
  function nested(modes: readonly number[], look: (folders: readonly string[]) => void): void {
    let path = realpathSync(newFolder());
    const folders = modes.map((_, index) => (path = join(path, String(index))));
    mkdirSync(path, { recursive: true });
    try {
      // From the inside out, because who closed a folder cannot reach below it.
      for (const [index, folder] of [...folders.entries()].reverse())
        chmodSync(folder, modes[index] ?? 0o755);
      look(folders);
    } finally {
      for (const folder of folders) chmodSync(folder, 0o755);
    }
  }

  it('is none where every folder on the way lets the user pass', () => {
    nested([0o755, 0o700, 0o755], ([, , inner]) => {
      expect(closedFolder(inner ?? '', me)).toBeUndefined();
    });
  });

  it('is the outermost of several, which is the one to open first', () => {
    nested([0o755, 0o600, 0o755, 0o600], ([, second, , inner]) => {
      expect(closedFolder(inner ?? '', me)).toBe(second);
    });
  });

  it('is the folder itself when only that is closed', () => {
    nested([0o755, 0o655], ([, inner]) => {
      expect(closedFolder(inner ?? '', me)).toBe(inner);
    });
  });

  it('is the one a link leads through, though every folder the link stands in is open', () => {
    nested([0o755, 0o755], ([, inner]) => {
      const link = join(realpathSync(newFolder()), 'link');
      symlinkSync(inner ?? '', link);
      const stranger = { uid: me.uid + 1, gid: me.gid + 1 };
      const closed = dirname(inner ?? '');
      chmodSync(closed, 0o700);
      // Temporary folders are made for their owner alone.
      for (const folder of [dirname(link), dirname(closed)]) chmodSync(folder, 0o755);
      expect(closedFolder(link, stranger)).toBe(closed);
    });
  });
});
