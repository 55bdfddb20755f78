import { DOCX, type HostileFile } from './hostile-file.ts';
import { zip, type ZipMember } from './zip-writer.ts';

const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const paragraph = (text: string): string => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`;
const body = (content: string, doctype = ''): string =>
  `<?xml version="1.0"?>${doctype}<w:document ${W}><w:body>${content}</w:body></w:document>`;

/** A Word document of the parts given, the main one from XML. */
function docx(main: string, others: readonly ZipMember[] = []): Buffer {
  return zip([{ name: 'word/document.xml', data: main }, ...others]);
}

const good = body(paragraph('A good document.'));

/** Word documents made to hurt. `port` is that of a listener that must never hear from anybody. */
export function docxFiles(port: number): HostileFile[] {
  const files: [string, Buffer, HostileFile['ends']?][] = [
    ['empty archive', zip([])],
    ['no document part', zip([{ name: 'word/other.xml', data: good }])],
    ['truncated', docx(good).subarray(0, 120)],
    ['cut directory', docx(good).subarray(0, docx(good).length - 30)],
    ['flipped bytes', flipped(docx(good))],
    ['bomb of spaces', docx(body(paragraph('x'.repeat(60_000_000))))],
    [
      'bomb beside the text',
      docx(good, [{ name: 'word/media/a.bin', data: Buffer.alloc(50_000_000), declaredSize: 4_000_000_000 }]),
    ],
    ['bomb in the styles', docx(good, [{ name: 'word/styles.xml', data: ' '.repeat(60_000_000) }])],
    [
      'lies small',
      zip([{ name: 'word/document.xml', data: body(paragraph('x'.repeat(30_000_000))), declaredSize: 100 }]),
    ],
    ['lies large', zip([{ name: 'word/document.xml', data: good, declaredSize: 90_000_000 }])],
    ['many files', zip(Array.from({ length: 20_000 }, (_, index) => ({ name: `f${index}`, data: '' })))],
    ['says it has many files', zip([{ name: 'word/document.xml', data: good }], { entryCount: 65_000 })],
    ['goes up', docx(good, [{ name: '../../../tmp/docket-hostile', data: 'x' }])],
    ['absolute name', docx(good, [{ name: '/tmp/docket-hostile', data: 'x' }])],
    ['back slashes', docx(good, [{ name: '..\\..\\docket-hostile', data: 'x' }])],
    ['a link', docx(good, [{ name: 'link', data: '/etc/passwd', externalAttributes: 0xa1ff0000 }]), 'parsed'],
    ['a name of 60,000 characters', docx(good, [{ name: 'n'.repeat(60_000), data: 'x' }]), 'parsed'],
    [
      'two documents',
      zip([
        { name: 'word/document.xml', data: good },
        { name: 'word/document.xml', data: good },
      ]),
    ],
    ['encrypted part', zip([{ name: 'word/document.xml', data: good, flags: 1 }])],
    ['unknown compression', zip([{ name: 'word/document.xml', data: good, method: 99 }])],
    [
      'document elsewhere',
      docx(good, [{ name: '_rels/.rels', data: relations(`http://127.0.0.1:${port}/x`) }]),
    ],
    ['document up the tree', docx(good, [{ name: '_rels/.rels', data: relations('../../../etc/passwd') }])],
    ['entities that unfold', docx(body(paragraph('&g;'), entities()))],
    [
      'external entity',
      docx(body(paragraph('&x;'), `<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>`)),
    ],
    [
      'external document type',
      docx(body(paragraph('x'), `<!DOCTYPE d SYSTEM "http://127.0.0.1:${port}/d.dtd">`)),
    ],
    [
      'parameter entity',
      docx(body(paragraph('x'), `<!DOCTYPE d [<!ENTITY % p SYSTEM "http://127.0.0.1:${port}/p"> %p;]>`)),
    ],
    ['not closed', docx(`<w:document ${W}><w:body><w:p>`)],
    ['no XML', docx('wordprocessingml, but nothing else')],
    ['deep elements', docx(body('<w:sdt>'.repeat(100_000)))],
    [
      'deep tables',
      docx(body('<w:tbl><w:tr><w:tc>'.repeat(1_600) + '</w:tc></w:tr></w:tbl>'.repeat(1_600))),
      'any',
    ],
    ['many paragraphs', docx(body(paragraph('x').repeat(400_000))), 'any'],
    ['one text of 9 MB', docx(body(paragraph(noise(9_000_000)))), 'any'],
    ['many attributes', docx(body(`<w:p ${attributes(200_000)}/>`)), 'any'],
    [
      'wide table',
      docx(body(`<w:tbl><w:tr>${`<w:tc>${paragraph('x')}</w:tc>`.repeat(100_000)}</w:tr></w:tbl>`)),
      'any',
    ],
    [
      'styles in a circle',
      docx(body(`<w:p><w:pPr><w:pStyle w:val="A"/></w:pPr><w:r><w:t>x</w:t></w:r></w:p>`), [
        { name: 'word/styles.xml', data: circle() },
      ]),
      'parsed',
    ],
    [
      'list level of a billion',
      docx(
        body(
          `<w:p><w:pPr><w:numPr><w:ilvl w:val="999999999"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>x</w:t></w:r></w:p>`,
        ),
      ),
      'parsed',
    ],
    [
      'template elsewhere',
      docx(good, [
        { name: 'word/_rels/settings.xml.rels', data: relations(`http://127.0.0.1:${port}/t.dotx`) },
      ]),
      'parsed',
    ],
    ['macros', docx(good, [{ name: 'word/vbaProject.bin', data: 'Sub AutoOpen()' }]), 'parsed'],
    [
      'old document',
      Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), Buffer.alloc(4_096)]),
    ],
    [
      'encrypted document',
      Buffer.concat([
        Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
        Buffer.from('EncryptedPackage', 'utf16le'),
      ]),
    ],
    ['spreadsheet', zip([{ name: 'xl/workbook.xml', data: '<workbook/>' }])],
    ['program with an archive behind', Buffer.concat([Buffer.from('MZ\x90\x00', 'latin1'), docx(good)])],
  ];
  return files.map(([name, bytes, ends = 'refused']) => ({
    name: `DOCX: ${name}`,
    mediaType: DOCX,
    bytes,
    ends,
  }));
}

function relations(target: string): string {
  return `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="x/officeDocument" Target="${target}" TargetMode="External"/></Relationships>`;
}

function entities(): string {
  const levels = 'bcdefg'
    .split('')
    .map((name, index) => `<!ENTITY ${name} "${`&${'abcdef'[index]};`.repeat(10)}">`);
  return `<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">${levels.join('')}]>`;
}

function attributes(count: number): string {
  return Array.from({ length: count }, (_, index) => `a${index}="x"`).join(' ');
}

function circle(): string {
  const style = (id: string, base: string): string =>
    `<w:style w:styleId="${id}"><w:basedOn w:val="${base}"/></w:style>`;
  return `<w:styles ${W}>${style('A', 'B')}${style('B', 'A')}</w:styles>`;
}

/** Text that does not compress, the same every time. */
export function noise(length: number): string {
  let state = 1;
  let text = '';
  while (text.length < length) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    text += state.toString(36);
  }
  return text.slice(0, length);
}

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let index = 40; index < copy.length; index += 7) copy[index] = (copy[index] ?? 0) ^ 0x55;
  return copy;
}
