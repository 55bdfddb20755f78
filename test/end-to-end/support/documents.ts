import { hasEnded, type VersionState } from '@docket/domain/document/state-rules';
import { createHash } from 'node:crypto';
import type { DocketClient, DocumentAnswer, FileToUpload } from '../../../tools/client/docket-client.ts';
import type { EndToEnd } from './environment.ts';

/** Every field of a document that the contract names, as the API shows it. */
export interface FullDocument extends DocumentAnswer {
  collection: string;
  mediaType: string;
  sizeBytes: number;
  sha256: string;
  language: string;
  sourceUrl: string | null;
  externalKey: string | null;
  metadata: Record<string, string>;
  pageCount: number | null;
  attempts: number;
}

export interface Passage {
  id: string;
  sectionPath: string[];
  page: number | null;
  charStart: number;
  charEnd: number;
  text: string;
  tokenCount: number;
}

export interface Page<T> {
  data: T[];
  nextCursor: string | null;
}

/** Longest any document of these tests may take, with other tests on the same two cores. */
const ENDED_WITHIN_MS = 45_000;

/** A Markdown file of some 3 kB that no other has the words of. */
export function markdown(subject: string, attributes: Partial<FileToUpload> = {}): FileToUpload {
  const sections = Array.from(
    { length: 8 },
    (_, index) =>
      `## ${subject} part ${index + 1}\n\nThe ${subject} of part ${index + 1} is kept in drawer ${index * 7 + 3}. ` +
      `${'Whoever takes it out signs the list beside the door and brings it back the same evening. '.repeat(4)}\n`,
  );
  const text = `# All about ${subject}\n\nThis page says where every ${subject} is.\n\n${sections.join('\n')}`;
  return { fileName: `${subject}.md`, mediaType: 'text/markdown', bytes: Buffer.from(text), ...attributes };
}

/** A file of some 120 kB: large enough that a worker killed at once is killed in the middle of it. */
export function manyPages(subject: string): FileToUpload {
  const page = markdown(subject);
  const pages = Array.from({ length: 40 }, (_, index) =>
    Buffer.from(page.bytes).toString().replaceAll(subject, `${subject}${index}`),
  );
  return { ...page, bytes: Buffer.from(pages.join('\n')) };
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Uploads a file and waits until its version has ended. */
export async function ingest(on: EndToEnd, file: FileToUpload, docket = on.docket): Promise<FullDocument> {
  const { documentId } = await docket.upload(file);
  // Of a PUT to a store nobody is told, so the client tells.
  if (on.stack.storage.kind === 's3')
    await docket.request('POST', `/v1/documents/${documentId}/uploaded`, {});
  return ended(on, documentId, docket);
}

/** Waits until a document has ended one way or another; a retry that Temporal's clock holds back is let through. */
export async function ended(on: EndToEnd, documentId: string, docket = on.docket): Promise<FullDocument> {
  const deadline = Date.now() + ENDED_WITHIN_MS;
  for (;;) {
    const document = await docket.document(documentId);
    if (hasEnded(document.state as VersionState)) return document as FullDocument;
    if (Date.now() > deadline)
      throw new Error(`${documentId} is still ${document.state}\n${on.worker.lastLines()}`);
    await on.server.letPass(250);
  }
}

export async function passages(docket: DocketClient, documentId: string): Promise<Passage[]> {
  const found: Passage[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const path: string = `/v1/documents/${documentId}/chunks?limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const { body } = await docket.request<Page<Passage>>('GET', path);
    found.push(...body.data);
    cursor = body.nextCursor;
  }
  return found;
}

/** The extracted text, as the address that the API signs gives it out. */
export async function extractedText(docket: DocketClient, documentId: string): Promise<string> {
  const { body } = await docket.request<{ url: string }>(
    'GET',
    `/v1/documents/${documentId}/content?form=text`,
  );
  return (await fetch(body.url)).text();
}
