import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { DocketError } from '@docket/domain/errors';
// Its import puts the PDF engine where the display layer looks for one before it would start a worker.
import 'pdfjs-dist/legacy/build/pdf.worker.mjs';
import { getDocument, PasswordException, VerbosityLevel } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { PDFDocumentProxy, PDFPageProxy, TextContent } from 'pdfjs-dist/types/src/display/api.js';
import { readOutline, type OutlineEntry } from './pdf-outline.js';

/** A run of text as a page places it. Lengths in points, from the page's upper left corner. */
export interface PdfRun {
  readonly text: string;
  /** Left end of the baseline. */
  readonly x: number;
  /** The baseline. */
  readonly y: number;
  readonly width: number;
  /** Height of the font. */
  readonly size: number;
  readonly font: string;
  readonly monospaced: boolean;
  /** Written from top to bottom, as Chinese and Japanese may be; `width` is then the height of the run. */
  readonly vertical: boolean;
}

export interface PdfPage {
  readonly number: number;
  readonly width: number;
  readonly height: number;
  readonly runs: readonly PdfRun[];
}

export interface PdfFile {
  readonly pages: readonly PdfPage[];
  readonly outline: readonly OutlineEntry[];
  readonly info: Readonly<Record<string, unknown>>;
}

const PACKAGE = `${dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'))}/`;

/** Text below this height cannot be read by anybody: it is there to be found, not to be seen. */
const SMALLEST_SIZE = 1.5;

/** Directions differ by less than this, as a sine, in scans that were put straight. */
const STRAIGHT = 0.02;

/**
 * Opens a PDF and reads the text of its pages, in the order of the file. Scripts, actions, forms and embedded files
 * are never looked at, images not decoded, fonts not rendered, nothing fetched. Left out: text of a size below 1.5 points,
 * beside the page or slanted (watermarks), and what the file marks as no part of the content (artifacts).
 *
 * @throws DocketError `document.encrypted` when it does not open without a password, `document.unreadable` when it is
 * no PDF that could be repaired.
 */
export async function readPdf(bytes: Uint8Array): Promise<PdfFile> {
  const document = await open(bytes);
  const pages: PdfPage[] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    pages.push(await readPage(document, number));
    // Lets the process hear that nobody waits for it any more.
    await setImmediate();
  }
  const { info } = await document.getMetadata().catch(() => ({ info: {} }));
  return { pages, outline: await readOutline(document), info: { ...info } };
}

async function open(bytes: Uint8Array): Promise<PDFDocumentProxy> {
  try {
    return await getDocument({
      // The engine takes the memory over, which must be the whole of a buffer and nobody else's.
      data: new Uint8Array(bytes),
      verbosity: VerbosityLevel.ERRORS,
      // Everything it may load lies in its own package.
      cMapUrl: `${PACKAGE}cmaps/`,
      standardFontDataUrl: `${PACKAGE}standard_fonts/`,
      useWorkerFetch: false,
      useWasm: false,
      disableFontFace: true,
      useSystemFonts: false,
      enableXfa: false,
      isOffscreenCanvasSupported: false,
      isImageDecoderSupported: false,
      maxImageSize: 0,
    }).promise;
  } catch (cause) {
    if (cause instanceof PasswordException) {
      throw new DocketError(
        'document.encrypted',
        'The PDF is protected by a password. Remove the protection and upload it again.',
        { cause },
      );
    }
    throw new DocketError('document.unreadable', 'The PDF is damaged. Export it again and upload that.', {
      cause,
    });
  }
}

/** A page whose own objects are damaged has no text; the others are read all the same. */
async function readPage(document: PDFDocumentProxy, number: number): Promise<PdfPage> {
  try {
    const page = await document.getPage(number);
    const content = await page.getTextContent({ includeMarkedContent: true });
    const { width, height } = page.getViewport({ scale: 1 });
    const runs = [...runsOf(page, content)].filter(
      ({ x, y, width: length }) => x + length > 0 && x < width && y > 0 && y - 1 < height,
    );
    page.cleanup();
    return { number, width, height, runs };
  } catch {
    return { number, width: 0, height: 0, runs: [] };
  }
}

function* runsOf(page: PDFPageProxy, { items, styles }: TextContent): Generator<PdfRun> {
  const view = page.getViewport({ scale: 1 }).transform as unknown as Matrix;
  const marks = new MarkedContent();
  for (const item of items) {
    if ('type' in item) {
      marks.note(item);
    } else if (!marks.isArtifact && item.str.trim() !== '') {
      const run = placed(item, view, styles[item.fontName]);
      if (run !== null) yield run;
    }
  }
}

/** Follows the marks in a page's content, and knows whether it is within an artifact: a running head, a rule. */
class MarkedContent {
  private depth = 0;
  private artifactDepth = 0;

  get isArtifact(): boolean {
    return this.artifactDepth > 0;
  }

  note(mark: { readonly type: string; readonly tag?: string }): void {
    this.depth += mark.type === 'endMarkedContent' ? -1 : 1;
    if (this.artifactDepth === 0 && mark.tag === 'Artifact') this.artifactDepth = this.depth;
    if (this.depth < this.artifactDepth) this.artifactDepth = 0;
  }
}

type FontStyle = TextContent['styles'][string] | undefined;
type TextItem = Exclude<TextContent['items'][number], { type: string }>;

/** A run in the page's own coordinates, or null for one that is too small or slanted. */
function placed(item: TextItem, view: Matrix, style: FontStyle): PdfRun | null {
  const [a, b, c, d, e, f] = product(view, item.transform as unknown as Matrix);
  const length = Math.hypot(a, b);
  const size = Math.hypot(c, d);
  if (size < SMALLEST_SIZE || length === 0) return null;
  const isStraight = Math.abs(b) < STRAIGHT * length && a > 0;
  if (!isStraight) return null;
  const vertical = style?.vertical === true;
  return {
    text: item.str,
    x: e,
    y: f,
    width: vertical ? item.height : item.width,
    size,
    font: item.fontName,
    monospaced: style?.fontFamily === 'monospace',
    vertical,
  };
}

type Matrix = readonly [number, number, number, number, number, number];

/** Two affine maps, the right one first. */
function product(left: Matrix, right: Matrix): Matrix {
  const [a, b, c, d, e, f] = left;
  const [A, B, C, D, E, F] = right;
  return [a * A + c * B, b * A + d * B, a * C + c * D, b * C + d * D, a * E + c * F + e, b * E + d * F + f];
}
