import { noise } from './docx-files.ts';
import type { HostileFile } from './hostile-file.ts';

const NESTED = 100_000;
type Row = [mediaType: string, name: string, data: string | Uint8Array, ends?: HostileFile['ends']];

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Files of text kinds made to hurt. `port` is that of a listener that must never hear from anybody. */
export function textFiles(port: number): HostileFile[] {
  const url = `http://127.0.0.1:${port}/`;
  return [...plain(), ...html(url), ...markdown(url), ...rst(url), ...tables(), ...json(), ...mail(url)].map(
    ([mediaType, name, data, ends = 'any']) => ({
      name: `${mediaType}: ${name}`,
      mediaType,
      bytes: typeof data === 'string' ? Buffer.from(data) : data,
      ends,
    }),
  );
}

function plain(): Row[] {
  const type = 'text/plain';
  return [
    [type, 'empty', '', 'refused'],
    [type, 'white space', ' \n\t\r\n\u00a0', 'refused'],
    [type, 'NUL', 'a\0b', 'refused'],
    [type, 'a program', latin1('\x7fELF\x02\x01\x01\x00'), 'refused'],
    [type, 'an image', latin1('\x89PNG\r\n\x1a\n'), 'refused'],
    [type, 'a PDF', '%PDF-1.7', 'refused'],
    [type, 'controls', latin1('\x01\x02\x03\x04'.repeat(1_000)), 'refused'],
    [type, 'half a character', Buffer.from([0xe2, 0x82]), 'any'],
    [type, 'lone surrogates', Buffer.from('feff d800 d800 0061 dc00'.replaceAll(' ', ''), 'hex'), 'parsed'],
    [type, 'overlong UTF-8', Buffer.from([0x41, 0xc0, 0xaf, 0x42, 0x20, 0x43]), 'any'],
    [type, 'overrides of direction', 'invoice\u202Efdp.exe and \u2066more\u2069', 'parsed'],
    [type, 'zero width', 'a\u200b'.repeat(100_000), 'any'],
    [type, 'combining marks', `a${'\u0301'.repeat(1_000_000)}`, 'any'],
    [type, 'one line of 10 MB', noise(10_000_000), 'any'],
    [type, 'ten million lines', '\n'.repeat(10_000_000), 'refused'],
    [type, 'lines of one letter', 'a\n'.repeat(3_000_000), 'any'],
    [type, 'numbered lines', '1.1.1.1.1 A\n\n'.repeat(200_000), 'any'],
    [type, 'underlines', `${'='.repeat(1_000_000)}\n`.repeat(5), 'any'],
  ];
}

function html(url: string): Row[] {
  const type = 'text/html';
  return [
    [
      type,
      'scripts',
      `<p>ok</p><script>fetch("${url}")</script><img src="${url}" onerror="alert(1)">`,
      'parsed',
    ],
    [
      type,
      'everything elsewhere',
      `<link rel=stylesheet href="${url}"><iframe src="${url}"></iframe><object data="${url}"></object><p>ok`,
      'parsed',
    ],
    [
      type,
      'base and refresh',
      `<base href="${url}"><meta http-equiv=refresh content="0;url=${url}"><p>ok`,
      'parsed',
    ],
    [type, 'nothing but a script', '<script>document.write("x")</script>', 'refused'],
    [type, 'deep elements', '<div>'.repeat(NESTED)],
    [type, 'deep formatting', '<b><i>'.repeat(20_000)],
    [type, 'deep tables', '<table><tr><td>'.repeat(NESTED)],
    [type, 'deep lists', '<ul><li>a'.repeat(50_000)],
    [type, 'adoption', '<a><p>'.repeat(20_000)],
    [type, 'a million attributes', `<p ${'a '.repeat(1_000_000)}>x`],
    [type, 'one attribute of 10 MB', `<p title="${'x'.repeat(10_000_000)}">x`],
    [type, 'a comment that never ends', `<p>ok</p><!--${'-'.repeat(5_000_000)}`, 'parsed'],
    [type, 'a tag that never ends', `<p>ok</p><a ${'<'.repeat(1_000_000)}`],
    [type, 'entities', '&amp;'.repeat(1_000_000)],
    [type, 'numeric entities of controls', '<p>&#0;&#1;&#xD800;&#x202E;x</p>', 'parsed'],
    [type, 'a class of 10 MB for the banner rule', `<div class="${'cookie-'.repeat(1_000_000)}">x</div>`],
    [type, 'a style of 5 MB for the hidden rule', `<div style="${'display : '.repeat(500_000)}">x</div>`],
    [type, 'svg and template', '<svg><style><p>x</p></style></svg><template><p>y</template><p>ok', 'parsed'],
    [type, 'an unknown charset', '<meta charset="x-no-such"><p>ok', 'parsed'],
    [type, 'a charset of escapes', '<meta charset="iso-2022-kr"><p>ok', 'any'],
  ];
}

function markdown(url: string): Row[] {
  return [
    ['text/markdown', 'deep quotes', '>'.repeat(NESTED), 'by a limit'],
    [
      'text/markdown',
      'deep lists',
      Array.from({ length: 2_000 }, (_, depth) => `${' '.repeat(depth * 2)}- a`).join('\n'),
      'by a limit',
    ],
    ['text/markdown', 'brackets', '['.repeat(50_000)],
    ['text/markdown', 'bracket pairs', '[a]('.repeat(50_000)],
    ['text/markdown', 'stars', '*a_'.repeat(50_000), 'by a limit'],
    ['text/markdown', 'back ticks', Array.from({ length: 2_000 }, (_, count) => '`'.repeat(count)).join(' ')],
    ['text/markdown', 'references', `[a]: b\n\n${'[a] '.repeat(100_000)}`],
    ['text/markdown', 'images elsewhere', `![x](${url}) text`, 'parsed'],
    [
      'text/markdown',
      'aliases that unfold',
      `---\na: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
        .split('')
        .map((name, index) => `${name}: &${name} [${`*${'abcdefghi'[index]},`.repeat(9)}]`)
        .join('\n')}\n---\ntext`,
      'parsed',
    ],
    ['text/markdown', 'deep front matter', `---\na: ${'['.repeat(50_000)}\n---\ntext`],
    [
      'text/markdown',
      'keys of prototypes',
      '---\n__proto__: x\nconstructor: y\ntoString: z\n---\ntext',
      'parsed',
    ],
    [
      'text/markdown',
      'a table of 10,000 columns',
      `${'|a'.repeat(10_000)}|\n${'|-'.repeat(10_000)}|\n${'|b'.repeat(10_000)}|`,
    ],
    ['text/markdown', 'footnotes in a circle', '[^a]\n\n[^a]: [^b]\n\n[^b]: [^a]', 'parsed'],
    ['text/mdx', 'expressions', 'text {process.exit(1)} {fetch("http://127.0.0.1")}', 'parsed'],
    ['text/mdx', 'imports', 'import x from "/etc/passwd"\n\ntext', 'parsed'],
    ['text/mdx', 'deep components', '<A>'.repeat(5_000)],
    ['text/mdx', 'deep braces', '{'.repeat(50_000)],
    ['text/mdx', 'no valid MDX', 'a < b and {unclosed', 'parsed'],
  ];
}

function rst(url: string): Row[] {
  const type = 'text/x-rst';
  return [
    [type, 'includes', '.. include:: /etc/passwd\n\n.. literalinclude:: /etc/passwd\n\ntext', 'parsed'],
    [type, 'raw file', '.. raw:: html\n   :file: /etc/passwd\n\ntext', 'parsed'],
    [type, 'raw address', `.. raw:: html\n   :url: ${url}\n\n.. image:: ${url}\n\ntext`, 'parsed'],
    [type, 'table elsewhere', `.. csv-table:: t\n   :url: ${url}\n\ntext`, 'parsed'],
    [
      type,
      'deep directives',
      Array.from({ length: 3_000 }, (_, depth) => `${'   '.repeat(depth)}.. note::\n`).join('\n'),
    ],
    [type, 'back ticks', '`'.repeat(200_000)],
    [type, 'roles', ':a:`'.repeat(100_000)],
    [type, 'stars', '*a '.repeat(200_000)],
    [type, 'bars', '|a '.repeat(200_000)],
    [type, 'links', '`a <'.repeat(50_000)],
    [type, 'substitutions in a circle', '.. |a| replace:: |b|\n.. |b| replace:: |a|\n\n|a| text', 'parsed'],
    [type, 'a grid of 100,000 rows', '+--+\n|a |\n'.repeat(100_000)],
  ];
}

function tables(): Row[] {
  const type = 'text/csv';
  return [
    [type, 'a quote that never closes', `a,b\n"${'x'.repeat(5_000_000)}`],
    [type, 'a million columns', 'a,'.repeat(1_000_000)],
    [type, 'a million rows', 'a,b\n'.repeat(1_000_000)],
    [
      type,
      'wide header, many rows',
      `${Array.from({ length: 2_000 }, (_, index) => `column ${index}`).join(',')}\n${`${'x,'.repeat(1_999)}x\n`.repeat(2_000)}`,
    ],
    [type, 'quotes', '"'.repeat(1_000_000)],
    [type, 'formulas', 'name,value\na,"=HYPERLINK(""http://127.0.0.1"")"', 'parsed'],
    [type, 'delimiters', ',;\t|'.repeat(100_000)],
  ];
}

function json(): Row[] {
  const type = 'application/json';
  return [
    [type, 'deep lists', '['.repeat(NESTED) + ']'.repeat(NESTED), 'refused'],
    [type, 'deep objects', '{"a":'.repeat(NESTED) + '1' + '}'.repeat(NESTED), 'refused'],
    [type, 'cut', '{"a": [1, 2', 'refused'],
    [type, 'no JSON', 'hello', 'refused'],
    [
      type,
      'keys of prototypes',
      '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"x": 1}}, "a": "text"}',
      'parsed',
    ],
    [
      type,
      'a million keys',
      `{${Array.from({ length: 300_000 }, (_, index) => `"k${index}":${index}`).join(',')}}`,
    ],
    [type, 'ten million lists', `[${'[],'.repeat(10_000_000)}1]`, 'by a limit'],
    [type, 'a million small objects', `[${'{"a":{"b":1}},'.repeat(200_000)}1]`],
    [type, 'lone surrogates', '{"a": "\\ud800 text \\udc00"}', 'parsed'],
    [type, 'numbers beyond numbers', '{"a": 1e999999, "b": "text"}', 'parsed'],
    [type, 'nothing but braces', '{}', 'refused'],
  ];
}

function mail(url: string): Row[] {
  const type = 'message/rfc822';
  const head = 'From: a@example.org\nSubject: x\nDate: Tue, 04 Mar 2025 09:00:00 +0000\n';
  const parts = (depth: number): string =>
    Array.from(
      { length: depth },
      (_, index) => `Content-Type: multipart/mixed; boundary=b${index}\n\n--b${index}\n`,
    ).join('');
  return [
    [type, 'no message', 'Just some text without any header.', 'refused'],
    [type, 'headers alone', head, 'any'],
    [type, 'deep parts', head + parts(5_000)],
    [type, 'messages in messages', `${head}Content-Type: message/rfc822\n\n`.repeat(2_000)],
    [type, 'a header of 5 MB', `${head}X-Long: ${'x'.repeat(5_000_000)}\n\ntext`],
    [type, 'a million headers', `${head}${'A: b\n'.repeat(300_000)}\ntext`],
    [type, 'addresses', `${head}To: ${'a <b@c>, '.repeat(50_000)}\n\ntext`],
    [type, 'groups in one another', `${head}To: ${'g: '.repeat(20_000)};\n\ntext`],
    [type, 'encoded words', `From: a@b\nSubject: ${'=?utf-8?q?=41?= '.repeat(50_000)}\n\ntext`],
    [type, 'an unknown charset', `${head}Content-Type: text/plain; charset=x-no-such\n\ntext`, 'parsed'],
    [
      type,
      'broken base64',
      `${head}Content-Transfer-Encoding: base64\n\n!!!not base64!!!${'='.repeat(10_000)}`,
      'any',
    ],
    [
      type,
      'names that are paths',
      `${head}Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\ntext\n--b\nContent-Disposition: attachment; filename="../../etc/passwd\u202Efdp"\n\nx\n--b--`,
      'parsed',
    ],
    [
      type,
      'pictures elsewhere',
      `${head}Content-Type: text/html\n\n<img src="${url}"><link href="${url}"><p>ok`,
      'parsed',
    ],
    [
      type,
      'body elsewhere',
      `${head}Content-Type: message/external-body; access-type=URL; URL="${url}"\n\ntext`,
      'any',
    ],
    [
      type,
      'encrypted',
      `${head}Content-Type: multipart/encrypted; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b--`,
      'refused',
    ],
    [type, 'a boundary of nothing', `${head}Content-Type: multipart/mixed; boundary=""\n\n----\ntext`, 'any'],
  ];
}
