import { DocketError } from '@docket/domain/errors';
import sax from 'sax';

/** Namespaces under short names of our own, whatever prefixes the file gives them; both editions of the standard. */
const NAMESPACES: ReadonlyMap<string, string> = new Map([
  ['http://schemas.openxmlformats.org/wordprocessingml/2006/main', 'w'],
  ['http://purl.oclc.org/ooxml/wordprocessingml/main', 'w'],
  ['http://schemas.openxmlformats.org/officeDocument/2006/math', 'm'],
  ['http://purl.oclc.org/ooxml/officeDocument/math', 'm'],
  ['http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing', 'wp'],
  ['http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing', 'wp'],
  ['http://schemas.openxmlformats.org/markup-compatibility/2006', 'mc'],
  ['http://schemas.openxmlformats.org/package/2006/relationships', 'rel'],
  ['http://purl.org/dc/elements/1.1/', 'dc'],
  ['http://schemas.openxmlformats.org/package/2006/metadata/core-properties', 'cp'],
]);

/** Levels of elements in one another; Word itself stops far sooner. */
const DEEPEST = 5_000;

/** An element's name as `w:p`, with the value of an attribute by its local name. */
export interface XmlElement {
  readonly name: string;
  attribute(name: string): string | null;
}

export interface XmlVisitor {
  /** False leaves out all that the element holds; it is not left either. */
  enter(element: XmlElement): boolean;
  leave(name: string): void;
  text(value: string): void;
}

/**
 * Walks an XML part without making a tree of it. There is no document type in Office files, so one is refused, and with
 * it every entity that could refer to or unfold into something.
 *
 * @throws DocketError `document.unreadable`
 */
export function walkXml(bytes: Uint8Array, visitor: XmlVisitor): void {
  const parser = sax.parser(true, { xmlns: true, position: false });
  const open: string[] = [];
  /** The depth of the element that is left out with all it holds, or zero. */
  let skipped = 0;
  parser.onerror = (error) => {
    throw new DocketError('document.unreadable', 'A part of the file is no well-formed XML.', {
      cause: error,
    });
  };
  parser.ondoctype = () => {
    throw new DocketError(
      'document.unreadable',
      'A part of the file has a document type, which Office files have not.',
    );
  };
  parser.onopentag = (tag) => {
    const element = elementOf(tag as sax.QualifiedTag);
    open.push(element.name);
    if (open.length > DEEPEST)
      throw new DocketError('document.unreadable', 'The file is nested too deeply to be read.');
    if (skipped === 0 && !visitor.enter(element)) skipped = open.length;
  };
  parser.onclosetag = () => {
    if (skipped === 0) visitor.leave(open.at(-1) ?? '');
    else if (skipped === open.length) skipped = 0;
    open.pop();
  };
  const text = (value: string): void => {
    if (skipped === 0) visitor.text(value);
  };
  parser.ontext = text;
  parser.oncdata = text;
  parser.write(new TextDecoder(xmlEncoding(bytes)).decode(bytes)).close();
}

function elementOf(tag: sax.QualifiedTag): XmlElement {
  return {
    name: nameOf(tag),
    attribute: (name) => Object.values(tag.attributes).find(({ local }) => local === name)?.value ?? null,
  };
}

function nameOf({ uri, local }: sax.QualifiedTag): string {
  return `${NAMESPACES.get(uri) ?? '?'}:${local}`;
}

/** The standard allows UTF-8 and UTF-16. */
function xmlEncoding([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}
