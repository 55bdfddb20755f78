import { DocketError } from '@docket/domain/errors';
import type { ParsedDocument } from '@docket/domain/document/parsed-document';
import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';
import { DocumentBuilder } from './document-builder.js';
import { addHtmlFragment } from './html-parser.js';

/** Parts in one another, and bytes of headers: mail programs stay far below. */
const DEEPEST_PART = 50;
const MOST_HEADER_BYTES = 1_048_576;

/** Attachments that are listed by name. */
const MOST_ATTACHMENTS = 200;

const LIST_ITEM = /^\s*(?:[-*+•]|\d{1,3}[.)])\s+\S/u;

/**
 * A mail message as readable text: subject, who wrote to whom and when, the text (of both forms the plain one), and the
 * attachments by name, type and size; what they hold is not read. Quoted lines become quotes, without their marks.
 * Messages attached to the message are read as parts of it. Character sets are those of each part.
 *
 * @throws DocketError `document.encrypted` when the text is encrypted, `document.unreadable` when it is no message.
 */
export async function parseEml(bytes: Uint8Array): Promise<ParsedDocument> {
  const email = await readMessage(bytes);
  const builder = new DocumentBuilder();
  const subject = email.subject?.trim() ?? '';
  if (subject !== '') builder.addHeading(subject, 1);
  builder.add('paragraph', correspondents(email));
  const hasText = addText(builder, email);
  if (!hasText && isEncrypted(email)) {
    throw new DocketError('document.encrypted', 'The text of the message is encrypted. Upload it decrypted.');
  }
  addAttachments(builder, email.attachments);
  return builder.finish({ title: subject === '' ? null : subject, metadata: metadataOf(email) });
}

async function readMessage(bytes: Uint8Array): Promise<Email> {
  let email: Email;
  try {
    email = await PostalMime.parse(bytes, {
      maxNestingDepth: DEEPEST_PART,
      maxHeadersSize: MOST_HEADER_BYTES,
      maxRfc822NestingDepth: 5,
    });
  } catch (cause) {
    throw new DocketError(
      'document.unreadable',
      'The message has too many parts in one another, or is damaged.',
      {
        cause,
      },
    );
  }
  if (email.from === undefined && email.subject === undefined && email.date === undefined) {
    throw new DocketError(
      'document.unreadable',
      'The file is no mail message: it has neither sender, subject nor date.',
    );
  }
  return email;
}

function correspondents({ from, to, cc, date }: Email): string {
  const lines: [string, string][] = [
    ['From', from === undefined ? '' : addressText(from)],
    ['To', (to ?? []).map(addressText).join(', ')],
    ['Cc', (cc ?? []).map(addressText).join(', ')],
    ['Date', date ?? ''],
  ];
  return lines
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}

function addressText({ name, address, group }: Address): string {
  if (group !== undefined) return `${name}: ${group.map(addressText).join(', ')}`;
  return name === '' ? address : `${name} <${address}>`;
}

function addText(builder: DocumentBuilder, { text, html }: Email): boolean {
  if (text !== undefined && text.trim() !== '') {
    addPlainText(builder, text.replace(/\r\n?/gu, '\n'));
    return true;
  }
  if (html === undefined || html.trim() === '') return false;
  addHtmlFragment(builder, html);
  return true;
}

/** Paragraphs as blank lines part them, with runs of quoted lines as quotes. */
function addPlainText(builder: DocumentBuilder, text: string): void {
  let open: string[] = [];
  let quoted = false;
  const flush = (): void => {
    const kind = quoted ? 'quote' : LIST_ITEM.test(open[0] ?? '') ? 'list' : 'paragraph';
    builder.add(kind, open.join('\n'));
    open = [];
  };
  for (const line of text.split('\n')) {
    const mark = /^(?:>\s?)+/u.exec(line)?.[0] ?? '';
    if ((mark !== '') !== quoted || (line.trim() === '' && !quoted)) {
      flush();
      quoted = mark !== '';
    }
    open.push(line.slice(mark.length).trimEnd());
  }
  flush();
}

function addAttachments(builder: DocumentBuilder, attachments: readonly Attachment[]): void {
  const named = attachments.filter(({ mimeType }) => !mimeType.startsWith('application/pgp'));
  if (named.length === 0) return;
  const lines = named.slice(0, MOST_ATTACHMENTS).map(({ filename, mimeType, content }) => {
    const size = typeof content === 'string' ? content.length : content.byteLength;
    return `- ${fileName(filename)} (${mimeType}, ${size} bytes)`;
  });
  builder.add('list', ['Attachments:', ...lines].join('\n'));
}

/** The last part of what may be a path, no longer than names are. */
function fileName(name: string | null): string {
  return name?.split(/[/\\]/u).at(-1)?.slice(0, 255) || 'unnamed';
}

function isEncrypted({ headers }: Email): boolean {
  const type = headers.find(({ key }) => key === 'content-type')?.value ?? '';
  return /multipart\/encrypted|smime-type\s*=\s*"?enveloped-data/iu.test(type);
}

function metadataOf({ from, to, date, messageId }: Email): Record<string, string> {
  const metadata: Record<string, string> = {};
  if (from !== undefined) metadata['from'] = addressText(from).slice(0, 1_000);
  if (to !== undefined && to.length > 0) metadata['to'] = to.map(addressText).join(', ').slice(0, 1_000);
  if (date !== undefined) metadata['date'] = date.slice(0, 100);
  if (messageId !== undefined) metadata['messageId'] = messageId.slice(0, 1_000);
  return metadata;
}
