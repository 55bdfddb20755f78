import { describe, expect, it } from '@jest/globals';
import { parseHtml } from '../../src/parsing/html-parser.js';

const blocksOf = (source: string): [string, string][] => {
  const { text, blocks } = parseHtml(source);
  return blocks.map(({ kind, start, end }) => [kind, text.slice(start, end)]);
};

describe('parseHtml', () => {
  it('keeps the main content and leaves the page around it out', () => {
    const page = `<!doctype html><html><head><title>Refunds - Larkspur Help</title><meta name="Description" content="Money back">
      <style>p{}</style><script>var a = "<p>no</p>"</script></head><body>
      <header>Site header</header><nav>Menu</nav><div id="cookie-banner">We use cookies</div>
      <main><header><h1>Refunds</h1></header><p>Money comes&nbsp;back &mdash; in 5&#32;days.</p>
      <aside>Related</aside><aside class="note">Weekends do not count.</aside>
      <form><label>Search</label></form><p hidden>secret</p><p style="display: none">secret</p><span aria-hidden="true">#</span></main>
      <footer>Imprint</footer></body></html>`;
    const { title, metadata, text } = parseHtml(page);
    expect(title).toBe('Refunds');
    expect(metadata).toEqual({ description: 'Money back' });
    expect(text).toBe('Refunds\n\nMoney comes back — in 5 days.\n\nWeekends do not count.');
  });

  it('knows headings, lists, tables, code and quotes', () => {
    expect(
      blocksOf(`<body><h2>Set up <a href="#x">¶</a></h2>loose <b>text</b><div>in a block</div>
        <ol start="3"><li>first<ul><li>inner</li><li><p>a</p><p>b</p></li></ul></li><li>second</li></ol>
        <table><caption>Codes</caption><tr><th>Code</th><th>Means</th></tr><tr><td>LSP-1</td><td><p>a</p><p>b</p></td></tr></table>
        <pre><code>if (a)
  b();</code></pre><blockquote><p>quoted</p></blockquote><dl><dt>Term</dt><dd>Meaning</dd></dl><p>x<br>y</p><img alt="A chart"></body>`),
    ).toEqual([
      ['heading', 'Set up'],
      ['paragraph', 'loose text'],
      ['paragraph', 'in a block'],
      ['list', '3. first\n   - inner\n   - a\n     b\n4. second'],
      ['table', '| Codes |\n| Code | Means |\n| LSP-1 | a b |'],
      ['code', 'if (a)\n  b();'],
      ['quote', 'quoted'],
      ['list', '- Term\n  Meaning'],
      ['paragraph', 'x\ny'],
      ['paragraph', 'A chart'],
    ]);
  });

  it('reads through lists and tables that only lay the page out', () => {
    expect(
      blocksOf(
        '<ul><li><h3>Why?</h3><p>Because.</p></li></ul><table><tr><td><h2>Left</h2>text</td><td>right</td></tr></table>',
      ),
    ).toEqual([
      ['heading', 'Why?'],
      ['paragraph', 'Because.'],
      ['heading', 'Left'],
      ['paragraph', 'text'],
      ['paragraph', 'right'],
    ]);
  });

  it.each([
    ['<title>Help</title><h1>Refunds</h1><p>x</p>', 'Help'],
    ['<h1>Refunds</h1><p>x</p>', 'Refunds'],
    ['<p>x</p><svg><title>Icon</title></svg>', null],
  ])('finds the title of %s', (source, title) => {
    expect(parseHtml(source).title).toBe(title);
  });

  it('keeps a section about cookies', () => {
    expect(
      parseHtml('<main><section id="cookies"><h2>Cookies</h2><p>We set two.</p></section></main>').text,
    ).toContain('We set two.');
  });

  it('reads a page whole when all of it is a form', () => {
    expect(parseHtml('<body><form><p>Everything is in here.</p></form></body>').text).toBe(
      'Everything is in here.',
    );
  });

  it('finds a page that shows nothing empty', () => {
    expect(() => parseHtml('<body><div id="app"></div><script>render()</script></body>')).toThrow(
      expect.objectContaining({ code: 'document.empty' }),
    );
  });

  it('brings no control characters back through entities', () => {
    expect(parseHtml('<p>a&#7;b&#xD800;c</p>').text).toBe('ab\ufffdc');
  });

  it.each(['<b>', '<span>', '<ul><li>'])('survives %s nested 20,000 deep', (tags) => {
    expect(parseHtml(`${tags.repeat(20_000)}end`).text).toContain('end');
  });
});
