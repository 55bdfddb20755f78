import { deflateSync } from 'node:zlib';
import type { HostileFile } from './hostile-file.ts';

/** A PDF of objects, each numbered by its place, with a table of where they stand. */
function pdf(objects: readonly (string | Buffer)[], trailer = ''): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')];
  const offsets: number[] = [];
  let length = 9;
  for (const [index, object] of objects.entries()) {
    const part = Buffer.concat([
      Buffer.from(`${index + 1} 0 obj\n`),
      Buffer.from(object),
      Buffer.from('\nendobj\n'),
    ]);
    offsets.push(length);
    length += part.length;
    parts.push(part);
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  parts.push(
    Buffer.from(
      `xref\n0 ${size}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${size} /Root 1 0 R ${trailer} >>\nstartxref\n${length}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}

function stream(data: string | Buffer, entries = ''): Buffer {
  const bytes = Buffer.from(data);
  return Buffer.concat([
    Buffer.from(`<< /Length ${bytes.length} ${entries} >>\nstream\n`),
    bytes,
    Buffer.from('\nendstream'),
  ]);
}

const CATALOG = '<< /Type /Catalog /Pages 2 0 R >>';
const PAGES = '<< /Type /Pages /Kids [3 0 R] /Count 1 >>';
const PAGE =
  '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>';
const FONT = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>';
const TEXT = 'BT /F 12 Tf 50 700 Td (A good page.) Tj ET';

/** A page of one content stream, with what else the file is to hold. */
function page(
  content: string | Buffer,
  options: { catalog?: string; page?: string; entries?: string; more?: (string | Buffer)[] } = {},
): Buffer {
  return pdf([
    options.catalog ?? CATALOG,
    PAGES,
    options.page ?? PAGE,
    stream(content, options.entries),
    FONT,
    ...(options.more ?? []),
  ]);
}

const withCatalog = (entry: string): string => `<< /Type /Catalog /Pages 2 0 R ${entry} >>`;

/** PDFs made to hurt. `port` is that of a listener that must never hear from anybody. */
export function pdfFiles(port: number): HostileFile[] {
  const good = page(TEXT);
  const url = `http://127.0.0.1:${port}/`;
  const spaces = deflateSync(Buffer.alloc(150_000_000, 32), { level: 1 });
  const files: [string, Buffer, HostileFile['ends']?][] = [
    ['header alone', Buffer.from('%PDF-1.7\n')],
    ['truncated', good.subarray(0, 200)],
    ['cut in the table', good.subarray(0, good.length - 60), 'any'],
    ['garbage behind the header', Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(100_000, 0x5a)])],
    ['no pages', pdf([CATALOG, '<< /Type /Pages /Kids [] /Count 0 >>'])],
    [
      'a billion pages',
      pdf([CATALOG, '<< /Type /Pages /Kids [3 0 R] /Count 1000000000 >>', PAGE, stream(TEXT), FONT]),
      'any',
    ],
    ['pages in a circle', pdf([CATALOG, '<< /Type /Pages /Kids [2 0 R] /Count 1 >>'])],
    ['five hundred pages', manyPages(500), 'parsed'],
    ['pages in one another', deepPages(20_000), 'any'],
    ['root in a circle', pdf(['1 0 R'])],
    ['length in a circle', pdf([CATALOG, PAGES, PAGE, '<< /Length 4 0 R >>\nstream\nBT\nendstream', FONT])],
    [
      'lying length',
      pdf([CATALOG, PAGES, PAGE, Buffer.from(`<< /Length 999999999 >>\nstream\n${TEXT}\nendstream`), FONT]),
      'any',
    ],
    [
      'lying offsets',
      Buffer.from(good.toString('latin1').replace(/\d{10} 00000 n/gu, '9999999999 00000 n'), 'latin1'),
      'any',
    ],
    [
      'startxref in a circle',
      Buffer.from(good.toString('latin1').replace('/Size 6', '/Size 6 /Prev 0'), 'latin1'),
      'any',
    ],
    ['bomb in a stream', page(spaces, { entries: '/Filter /FlateDecode' }), 'any'],
    ['bomb in a bomb', page(deflateSync(spaces), { entries: '/Filter [/FlateDecode /FlateDecode]' }), 'any'],
    ['a hundred filters', page(TEXT, { entries: `/Filter [${'/ASCIIHexDecode '.repeat(100)}]` })],
    ['run lengths', page(Buffer.alloc(1_000_000, 0x81), { entries: '/Filter /RunLengthDecode' })],
    [
      'form in a circle',
      page('/X Do', {
        page: PAGE.replace('/Font', '/XObject << /X 6 0 R >> /Font'),
        more: [
          stream(
            '/X Do',
            '/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>',
          ),
        ],
      }),
    ],
    ['forms that unfold', unfoldingForms(), 'by a limit'],
    ['saved states', page(`${'q '.repeat(1_000_000)}${TEXT}`), 'by a limit'],
    ['deep arrays', page(`${'['.repeat(200_000)} TJ ${TEXT}`), 'any'],
    ['deep dictionaries', page(`${'<< /A '.repeat(100_000)} BDC ${TEXT}`), 'any'],
    ['deep names in the catalog', page(TEXT, { catalog: withCatalog(`/A ${'['.repeat(100_000)}`) }), 'any'],
    ['a million words', page(`BT /F 12 Tf 50 700 Td ${'(word ) Tj 1 0 Td '.repeat(1_000_000)} ET`), 'any'],
    ['a string of 10 MB', page(`BT /F 12 Tf (${'x'.repeat(10_000_000)}) Tj ET`), 'any'],
    ['text far away', page('BT /F 12 Tf 1e30 -1e30 Td (far) Tj ET')],
    ['text without size', page('BT /F 0 Tf 50 700 Td (tiny) Tj ET')],
    ['numbers beyond numbers', page('BT /F 1e308 Tf 1e308 0 0 1e308 0 0 Tm (huge) Tj ET'), 'any'],
    ['page of no size', page(TEXT, { page: PAGE.replace('[0 0 600 800]', '[0 0 0 0]') }), 'any'],
    [
      'encrypted',
      pdf(
        [
          CATALOG,
          PAGES,
          PAGE,
          stream(TEXT),
          FONT,
          `<< /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <${'41'.repeat(32)}> /U <${'42'.repeat(32)}> >>`,
        ],
        '/Encrypt 6 0 R /ID [<00> <00>]',
      ),
    ],
    [
      'unknown encryption',
      pdf([CATALOG, PAGES, PAGE, stream(TEXT), FONT, '<< /Filter /Strange /V 99 >>'], '/Encrypt 6 0 R'),
    ],
    [
      'script at opening',
      page(TEXT, {
        catalog: withCatalog(`/OpenAction << /S /JavaScript /JS (app.launchURL\\("${url}"\\)) >>`),
      }),
      'parsed',
    ],
    [
      'starts a program',
      page(TEXT, { catalog: withCatalog('/OpenAction << /S /Launch /F (/bin/sh) >>') }),
      'parsed',
    ],
    [
      'opens an address',
      page(TEXT, { catalog: withCatalog(`/OpenAction << /S /URI /URI (${url}) >>`) }),
      'parsed',
    ],
    [
      'submits a form',
      page(TEXT, { catalog: withCatalog(`/OpenAction << /S /SubmitForm /F (${url}) >>`) }),
      'parsed',
    ],
    [
      'embedded file',
      page(TEXT, {
        catalog: withCatalog('/Names << /EmbeddedFiles << /Names [(a.exe) << /EF << /F 6 0 R >> >>] >> >>'),
        more: [stream('MZ')],
      }),
      'parsed',
    ],
    ['content elsewhere', page(TEXT, { entries: `/F << /FS /URL /F (${url}) >>` }), 'any'],
    [
      'form with a schema elsewhere',
      page(TEXT, {
        catalog: withCatalog('/AcroForm << /XFA 6 0 R >>'),
        more: [stream(`<!DOCTYPE x SYSTEM "${url}"><x/>`)],
      }),
      'any',
    ],
    [
      'bookmarks in a circle',
      page(TEXT, {
        catalog: withCatalog('/Outlines 6 0 R'),
        more: ['<< /First 7 0 R >>', '<< /Title (a) /Next 7 0 R /First 7 0 R >>'],
      }),
      'parsed',
    ],
    [
      'font that is no font',
      page(TEXT, {
        page: PAGE.replace('5 0 R', '6 0 R'),
        more: [
          '<< /Type /Font /Subtype /TrueType /FontDescriptor << /FontFile2 7 0 R >> >>',
          stream(Buffer.alloc(5_000, 0xff)),
        ],
      }),
      'any',
    ],
    [
      'font with code',
      page(TEXT, {
        page: PAGE.replace('5 0 R', '6 0 R'),
        more: ['<< /Type /Font /Subtype /Type1 /FontMatrix [1 2 3 4 5 (0\\); process.exit\\(1\\))] >>'],
      }),
      'any',
    ],
    [
      'map of a billion characters',
      page('BT /F 12 Tf <0001> Tj ET', {
        page: PAGE.replace('5 0 R', '6 0 R'),
        more: [
          '<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /ToUnicode 7 0 R /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A >>] >>',
          stream(
            '1 begincodespacerange <00000000> <ffffffff> endcodespacerange 1 beginbfrange <00000000> <3fffffff> <0041> endbfrange',
          ),
        ],
      }),
      'any',
    ],
    [
      'fonts without a map',
      page('BT /F 12 Tf 50 700 Td <e000e001e002> Tj ET', {
        page: PAGE.replace('5 0 R', '6 0 R'),
        more: [
          '<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>] >>',
        ],
      }),
      'any',
    ],
    ['a page as HTML too', Buffer.concat([Buffer.from('<html><script>alert(1)</script><!--'), good]), 'any'],
    ['an archive behind it', Buffer.concat([good, Buffer.from('PK\x03\x04')]), 'parsed'],
    ['text that says it is a PDF', Buffer.from('%PDF-1.7 is how a PDF begins, and this is none.')],
  ];
  return files.map(([name, bytes, ends = 'refused']) => ({
    name: `PDF: ${name}`,
    mediaType: 'application/pdf',
    bytes,
    ends,
  }));
}

/** A number in letters: a line that differs by a number alone is taken for a running head. */
export function wordOf(number: number): string {
  return [...String(number)].map((digit) => 'abcdefghij'[Number(digit)]).join('');
}

/** A book: each page says its number, in letters. */
export function manyPages(count: number): Buffer {
  const first = 4;
  const kids = Array.from({ length: count }, (_, index) => `${first + 2 * index} 0 R`).join(' ');
  const pages = Array.from({ length: count }, (_, index) => [
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents ${first + 2 * index + 1} 0 R /Resources << /Font << /F 3 0 R >> >> >>`,
    stream(
      `BT /F 12 Tf 50 ${700 - (index % 7)} Td (The keeper wrote ${wordOf(index + 1)} into the book of the lighthouse.) Tj ET`,
    ),
  ]).flat();
  return pdf([CATALOG, `<< /Type /Pages /Kids [${kids}] /Count ${count} >>`, FONT, ...pages]);
}

function deepPages(depth: number): Buffer {
  const nodes = Array.from(
    { length: depth },
    (_, index) => `<< /Type /Pages /Kids [${index + 3} 0 R] /Count 1 >>`,
  );
  return pdf([CATALOG, ...nodes, `<< /Type /Page /MediaBox [0 0 9 9] >>`]);
}

/** Ten forms of which each draws the next ten times. */
function unfoldingForms(): Buffer {
  const forms = Array.from({ length: 10 }, (_, index) =>
    stream(
      '/X Do '.repeat(10),
      `/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X ${index + 7} 0 R >> >>`,
    ),
  );
  const last = stream(
    TEXT,
    '/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /Font << /F 5 0 R >> >>',
  );
  return page('/X Do', {
    page: PAGE.replace('/Font', '/XObject << /X 6 0 R >> /Font'),
    more: [...forms, last],
  });
}
