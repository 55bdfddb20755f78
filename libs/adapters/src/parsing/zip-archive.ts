import { DocketError } from '@docket/domain/errors';
import { fromBufferPromise, type Entry, type ZipFile } from 'yauzl';

/** Files in an archive; a Word document with a thousand pictures has a thousand and some. */
const MOST_ENTRIES = 10_000;

/** What an archive may say that it holds. Pictures count, although nobody inflates them. */
const MOST_DECLARED_BYTES = 400 * 1_048_576;

/** One part, inflated: a Word document of 5,000 pages has some 60 MB of XML. */
const MOST_PART_BYTES = 100 * 1_048_576;

/** Text shrinks to a tenth, repeated XML to a fiftieth; beyond this somebody has gone to some trouble. */
const MOST_RATIO = 200;
const SMALL_BYTES = 10 * 1_048_576;

/** An archive whose directory has been read and found harmless. */
export class ZipArchive {
  private constructor(
    private readonly file: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /**
   * Reads the directory, not the files: their number, their names, and the sum of the sizes that they declare.
   *
   * @throws DocketError `document.archive_bomb`, `document.encrypted`, or `document.unreadable` for what is no archive,
   * has names that lead out of it, or two entries of one name.
   */
  static async open(bytes: Uint8Array): Promise<ZipArchive> {
    const file = await readable(() =>
      fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
        lazyEntries: true,
        strictFileNames: true,
      }),
    );
    if (file.entryCount > MOST_ENTRIES) throw bomb(`${file.entryCount} files`);
    const entries = new Map<string, Entry>();
    let declared = 0;
    await readable(async () => {
      for await (const entry of file.eachEntry()) {
        declared += entry.uncompressedSize;
        if (declared > MOST_DECLARED_BYTES) throw bomb(`more than ${MOST_DECLARED_BYTES} bytes`);
        if (entries.has(entry.fileName)) throw damaged();
        entries.set(entry.fileName, entry);
      }
    });
    return new ZipArchive(file, entries);
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /**
   * The inflated bytes of a part, or null when the archive has none of that name. What comes out is counted while it
   * comes, whatever the directory says.
   *
   * @throws DocketError `document.archive_bomb`, `document.encrypted`, `document.unreadable`
   */
  async read(name: string): Promise<Buffer | null> {
    const entry = this.entries.get(name);
    if (entry === undefined) return null;
    if (entry.isEncrypted()) throw encrypted();
    if (isBomb(entry.uncompressedSize, entry.compressedSize))
      throw bomb(`${entry.uncompressedSize} bytes in ${name}`);
    return readable(async () => {
      const stream = await this.file.openReadStreamPromise(entry);
      const pieces: Buffer[] = [];
      let size = 0;
      for await (const piece of stream as AsyncIterable<Buffer>) {
        size += piece.length;
        if (isBomb(size, entry.compressedSize)) throw bomb(`more than ${size} bytes in ${name}`);
        pieces.push(piece);
      }
      return Buffer.concat(pieces, size);
    });
  }
}

function isBomb(inflated: number, compressed: number): boolean {
  return inflated > MOST_PART_BYTES || (inflated > SMALL_BYTES && inflated > compressed * MOST_RATIO);
}

/** What the archive library throws says that the bytes are at fault; what is a verdict already stays one. */
async function readable<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof DocketError ? error : damaged(error);
  }
}

function damaged(cause?: unknown): DocketError {
  return new DocketError(
    'document.unreadable',
    'The archive of the file is damaged. Save it again and upload that.',
    {
      cause,
    },
  );
}

function encrypted(): DocketError {
  return new DocketError(
    'document.encrypted',
    'The file is protected by a password. Remove the protection and upload it again.',
  );
}

function bomb(what: string): DocketError {
  return new DocketError(
    'document.archive_bomb',
    `The archive of the file unfolds to ${what}, which no document does.`,
  );
}
