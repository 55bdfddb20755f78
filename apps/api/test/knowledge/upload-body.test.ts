import { describe, expect, it } from '@jest/globals';
import { PassThrough, Readable } from 'node:stream';
import { letGoBy, piecesOf, UploadCut } from '../../src/knowledge/uploads/upload-body.js';

const MB = 1_048_576;

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += Buffer.from(piece).toString();
  return text;
}

describe('the body of an upload', () => {
  it('is handed on piece by piece to its end', async () => {
    expect(await collect(piecesOf(Readable.from([Buffer.from('one'), Buffer.from('two')])))).toBe('onetwo');
  });

  it('that breaks off is a cut upload, not a fault of the service', async () => {
    const body = new PassThrough();
    body.write('half');
    setImmediate(() => body.destroy(new Error('aborted')));
    await expect(collect(piecesOf(body))).rejects.toThrow(UploadCut);
  });

  it('that stalls is a cut upload as well', async () => {
    const body = new PassThrough();
    body.write('half');
    await expect(collect(piecesOf(body, 20))).rejects.toThrow(UploadCut);
  });

  it('stays open when its reader has seen enough, so that an answer can be sent', async () => {
    const body = new PassThrough();
    body.write('one');
    for await (const piece of piecesOf(body)) {
      expect(piece.toString()).toBe('one');
      break;
    }
    expect(body.destroyed).toBe(false);
    body.end('two');
    expect(await letGoBy(body)).toBe(true);
  });
});

describe('what a refused client goes on sending', () => {
  it('is let go by when it ends soon', async () => {
    expect(await letGoBy(Readable.from([Buffer.alloc(MB / 2), Buffer.alloc(MB / 4)]))).toBe(true);
  });

  it('is read no further than a megabyte', async () => {
    let sent = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          sent += 65_536;
          yield Buffer.alloc(65_536);
        }
      })(),
      { objectMode: false, highWaterMark: 65_536 },
    );
    expect(await letGoBy(endless)).toBe(false);
    expect(sent).toBeLessThan(2 * MB);
  });
});
