import { DocketError } from '@docket/domain/errors';
import type { ParsedDocument } from '@docket/domain/document/parsed-document';
import { DocumentBuilder } from './document-builder.js';
import { DocxBody, NOTE_MARK, type DocxBlock, type DocxParagraph } from './docx-body.js';
import { DocxNumbering } from './docx-numbering.js';
import { DocxStyles, type ParagraphRole } from './docx-styles.js';
import { walkXml } from './docx-xml.js';
import { ZipArchive } from './zip-archive.js';

/** What an old Office document begins with, which is also what Word puts around an encrypted one. */
const COMPOUND_FILE = [0xd0, 0xcf, 0x11, 0xe0];
const ENCRYPTED_PACKAGE = Buffer.from('EncryptedPackage', 'utf16le');

const LONGEST_VALUE = 1_000;
const KEPT_METADATA: ReadonlyMap<string, string> = new Map([
  ['dc:title', 'title'],
  ['dc:creator', 'author'],
  ['dc:subject', 'subject'],
  ['dc:description', 'description'],
  ['cp:keywords', 'keywords'],
]);

/**
 * A Word document as readable text, as if all tracked changes were accepted: headings by their styles, lists with their
 * numbers, tables as rows between bars, notes behind the paragraph that refers to them. Comments, headers, footers, tables of
 * contents, hidden text and everything embedded are left out. Nothing outside the file is followed. There are no pages:
 * Word makes them when it prints.
 *
 * @throws DocketError `document.encrypted`, `document.archive_bomb`, `document.unreadable`, `document.empty`
 */
export async function parseDocx(bytes: Uint8Array): Promise<ParsedDocument> {
  assertNoCompoundFile(bytes);
  const archive = await ZipArchive.open(bytes);
  const main = await mainPart(archive);
  const folder = main.name.slice(0, main.name.lastIndexOf('/') + 1);
  const styles = new DocxStyles(await archive.read(`${folder}styles.xml`));
  const numbering = new DocxNumbering(await archive.read(`${folder}numbering.xml`));
  const notes = new Map([
    ...(await notesOf(archive, `${folder}footnotes.xml`)),
    ...(await notesOf(archive, `${folder}endnotes.xml`)),
  ]);
  const body = new DocxBody();
  walkXml(main.bytes, body);
  const writer = new DocxWriter(styles, numbering, notes);
  for (const block of body.blocks) writer.add(block);
  const { title, ...metadata } = await metadataOf(archive);
  return writer.finish(title, metadata);
}

function assertNoCompoundFile(bytes: Uint8Array): void {
  if (!COMPOUND_FILE.every((byte, index) => bytes[index] === byte)) return;
  if (Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(ENCRYPTED_PACKAGE)) {
    throw new DocketError(
      'document.encrypted',
      'The document is protected by a password. Remove the protection and upload it again.',
    );
  }
  throw new DocketError(
    'document.unreadable',
    'The file is an old Office document. Save it as DOCX and upload that.',
  );
}

/** The part that the package names as its document; nearly always `word/document.xml`. */
async function mainPart(archive: ZipArchive): Promise<{ name: string; bytes: Buffer }> {
  let name = 'word/document.xml';
  const relations = await archive.read('_rels/.rels');
  if (relations !== null) {
    walkXml(relations, {
      enter: (element) => {
        const isMain = element.attribute('Type')?.endsWith('/officeDocument') === true;
        if (isMain) name = (element.attribute('Target') ?? name).replace(/^\//u, '');
        return true;
      },
      leave: () => undefined,
      text: () => undefined,
    });
  }
  const bytes = await archive.read(name);
  if (bytes === null || !/\bw:document\b|wordprocessingml/u.test(bytes.toString('latin1', 0, 4_096))) {
    throw new DocketError(
      'document.unreadable',
      'The archive holds no Word document. Save it as DOCX and upload that.',
    );
  }
  return { name, bytes };
}

async function notesOf(archive: ZipArchive, part: string): Promise<Map<string, string>> {
  const bytes = await archive.read(part);
  const notes = new Map<string, string>();
  if (bytes === null) return notes;
  const body = new DocxBody();
  walkXml(bytes, body);
  for (const [index, { id, from }] of body.noteStarts.entries()) {
    const blocks = body.blocks.slice(from, body.noteStarts[index + 1]?.from);
    const text = blocks.map((block) => ('rows' in block ? '' : block.text.trim())).join(' ');
    if (text.trim() !== '') notes.set(id, text.trim());
  }
  return notes;
}

async function metadataOf(archive: ZipArchive): Promise<Record<string, string>> {
  const bytes = await archive.read('docProps/core.xml');
  const metadata: Record<string, string> = {};
  if (bytes === null) return metadata;
  let open: string | undefined;
  walkXml(bytes, {
    enter: ({ name }) => {
      open = KEPT_METADATA.get(name);
      return true;
    },
    leave: () => (open = undefined),
    text: (value) => {
      if (open !== undefined && value.trim() !== '')
        metadata[open] = value.trim().slice(0, LONGEST_VALUE).toWellFormed();
    },
  });
  return metadata;
}

/** Turns paragraphs and tables into the blocks of a document. */
class DocxWriter {
  private readonly builder = new DocumentBuilder();
  private items: string[] = [];
  private code: string[] = [];
  private notesSeen = 0;

  constructor(
    private readonly styles: DocxStyles,
    private readonly numbering: DocxNumbering,
    private readonly notes: ReadonlyMap<string, string>,
  ) {}

  add(block: DocxBlock): void {
    const numbers = block.notes.map((id) => ({ id, number: (this.notesSeen += 1) }));
    const numbered = numbers.values();
    const shown = (text: string): string =>
      text.replaceAll(NOTE_MARK, () => String(numbered.next().value?.number ?? ''));
    if ('rows' in block) this.addTable(block.rows.map((row) => row.map(shown)));
    else this.addParagraph({ ...block, text: shown(block.text) });
    for (const { id, number } of numbers) {
      const note = this.notes.get(id);
      if (note !== undefined) {
        this.flush();
        this.builder.add('paragraph', `[${number}] ${note}`);
      }
    }
  }

  finish(title: string | undefined, metadata: Record<string, string>): ParsedDocument {
    this.flush();
    if (this.builder.isEmpty) throw new DocketError('document.empty', 'The document holds no text.');
    return this.builder.finish({
      title: title ?? this.titleParagraph ?? this.builder.leadingHeading,
      metadata,
    });
  }

  private titleParagraph: string | null = null;

  private addParagraph(paragraph: DocxParagraph): void {
    if (paragraph.text.trim() === '') return;
    const role = this.roleOf(paragraph);
    const numbering = paragraph.numbering ?? this.styles.numberingOf(paragraph.style);
    if (role.kind === 'body' && numbering !== null && this.addItem(paragraph, numbering)) return;
    if (role.kind === 'code') {
      this.flushItems();
      this.code.push(paragraph.text);
      return;
    }
    this.flush();
    this.addBlock(role, paragraph.text);
  }

  private addBlock(role: ParagraphRole, text: string): void {
    switch (role.kind) {
      case 'contents':
        return;
      case 'title':
        this.titleParagraph ??= text.replace(/\s+/gu, ' ').trim();
        this.builder.addHeading(text, 1);
        return;
      case 'heading':
        this.builder.addHeading(text, role.level);
        return;
      case 'quote':
        this.builder.add('quote', text);
        return;
      default:
        this.builder.add('paragraph', text.trim());
    }
  }

  private roleOf({ style, outlineLevel }: DocxParagraph): ParagraphRole {
    return outlineLevel === null ? this.styles.roleOf(style) : { kind: 'heading', level: outlineLevel };
  }

  private addItem({ text, depth }: DocxParagraph, numbering: string): boolean {
    const marker = this.numbering.next(numbering, depth);
    if (marker === null) return false;
    this.flushCode();
    const indent = '  '.repeat(depth);
    this.items.push(indent + marker + text.trim().replaceAll('\n', `\n${indent}  `));
    return true;
  }

  private addTable(rows: readonly (readonly string[])[]): void {
    this.flush();
    const filled = rows.filter((row) => row.some((cell) => cell !== ''));
    // A table of one cell is a box around text.
    const [only] = filled;
    if (filled.length === 1 && only?.length === 1) this.builder.add('paragraph', only[0] ?? '');
    else this.builder.add('table', filled.map((row) => `| ${row.join(' | ')} |`).join('\n'));
  }

  private flush(): void {
    this.flushItems();
    this.flushCode();
  }

  private flushItems(): void {
    if (this.items.length > 0) this.builder.add('list', this.items.join('\n'));
    this.items = [];
  }

  private flushCode(): void {
    if (this.code.length > 0) this.builder.add('code', this.code.join('\n'));
    this.code = [];
  }
}
