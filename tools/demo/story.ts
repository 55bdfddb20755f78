import { createHash, randomUUID } from 'node:crypto';
import type { DocketClient, DocumentAnswer, FileToUpload } from '../client/docket-client.ts';
import type { SampleQuery } from '../client/samples.ts';
import { expect, refusalOf } from './expect.ts';
import { LiveProgress } from './live-progress.ts';

/** Long enough for a loaded machine; a healthy one needs a second. */
const PATIENCE_MS = 60_000;
/** Uploads under way at once. */
const AT_ONCE = 8;

/** Documents by the name of their file. */
export type Documents = ReadonlyMap<string, DocumentAnswer>;

export async function uploadKnowledgeBase(
  docket: DocketClient,
  files: readonly FileToUpload[],
): Promise<Documents> {
  headline(`Uploading ${files.length} help-centre articles through presigned addresses`);
  const progress = new LiveProgress(files.length);
  const documents = new Map<string, DocumentAnswer>();
  const queue = [...files];
  const startedAt = Date.now();
  const uploader = async (): Promise<void> => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const upload = await docket.upload({ ...file, collection: 'help centre' });
      const ended = await docket.untilEnded(upload.documentId, PATIENCE_MS, (seen) => {
        progress.moved(upload.documentId, seen.state);
      });
      expect(
        ended.state === 'indexed',
        `${file.fileName} to be indexed, not ${ended.state} (${ended.error?.code})`,
      );
      expect(ended.chunkCount > 0, `${file.fileName} to have passages`);
      documents.set(file.fileName, ended);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, uploader));
  progress.end();
  const passages = [...documents.values()].reduce((sum, { chunkCount }) => sum + chunkCount, 0);
  console.log(
    `${documents.size} documents with ${passages} passages are searchable after ${Date.now() - startedAt} ms`,
  );
  return documents;
}

export async function askQuestions(
  docket: DocketClient,
  questions: readonly SampleQuery[],
  documents: Documents,
): Promise<void> {
  headline('Asking questions');
  for (const { query, answers } of questions) {
    const { hits, embedding, tookMs } = await docket.search(query, { limit: 3 });
    const found = hits.find(({ documentId, text }) =>
      answers.some(
        ({ document, quote }) =>
          documents.get(document)?.id === documentId && folded(text).includes(folded(quote)),
      ),
    );
    expect(found !== undefined, `"${query}" to find "${answers[0]?.quote}" among the first three passages`);
    if (!found) continue;
    console.log(`\n? ${query}`);
    console.log(`  ${excerpt(found.text, answers[0]?.quote ?? '')}`);
    console.log(
      `  from: ${[found.title, ...found.sectionPath].join(' > ')}  (${tookMs} ms, embedder: ${embedding.provider})`,
    );
  }
}

export async function showReuse(docket: DocketClient, files: readonly FileToUpload[]): Promise<void> {
  headline('Uploading the same bytes again, under another title');
  const [file] = files;
  expect(file !== undefined, 'a sample file');
  if (!file) return;
  const { externalKey: _, ...attributes } = file;
  const startedAt = performance.now();
  const again = await docket.announce({
    ...attributes,
    title: 'The same, under another title',
    collection: 'copies',
  });
  const tookMs = performance.now() - startedAt;
  expect(
    again.reused && again.upload === null && again.state === 'indexed',
    'known bytes to be answered at once',
  );
  console.log(
    `answered after ${tookMs.toFixed(0)} ms: ${again.documentId} is ${again.state}, nothing to upload, nothing parsed`,
  );
}

export async function showFailures(docket: DocketClient): Promise<void> {
  headline('What cannot work says why');
  const text = `# A note\n\nWritten for this run of the demo: ${randomUUID()}.\n`;
  const note = { fileName: 'note.md', mediaType: 'text/markdown', bytes: Buffer.from(text) };
  const wrong = await docket.upload({
    ...note,
    sha256: createHash('sha256').update('something else').digest('hex'),
  });
  await showRejected(docket, wrong.documentId, 'upload.checksum_mismatch');
  const disguised = await docket.upload({
    fileName: 'picture.txt',
    mediaType: 'text/plain',
    bytes: Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.from(randomUUID())]),
  });
  await showRejected(docket, disguised.documentId, 'upload.type_mismatch');
  const unsupported = await refusalOf(docket.announce({ ...note, mediaType: 'video/mp4' }));
  expect(unsupported === 'document.type_unsupported', `document.type_unsupported, not ${unsupported}`);
  console.log(`a video is refused before it is uploaded: ${unsupported}`);
}

async function showRejected(docket: DocketClient, id: string, code: string): Promise<void> {
  const { state, error } = await docket.untilEnded(id, PATIENCE_MS);
  expect(state === 'rejected' && error?.code === code, `${code}, not ${state} ${error?.code}`);
  console.log(`${state}: ${error?.code}: ${error?.message}`);
}

export async function showHistory(docket: DocketClient, documents: Documents): Promise<void> {
  headline('The history of one document');
  const [document] = documents.values();
  expect(document !== undefined, 'an uploaded document');
  if (!document) return;
  const events = await docket.history(document.id);
  const steps = events.map(({ step }) => step);
  for (const step of ['receive', 'verify', 'parse', 'chunk', 'embed', 'index']) {
    expect(steps.includes(step), `the history to tell of the step ${step}`);
  }
  for (const { step, what, durationMs } of events) {
    console.log(`${step.padEnd(8)} ${String(durationMs ?? 0).padStart(5)} ms  ${what}`);
  }
}

export async function showIsolation(stranger: DocketClient, documents: Documents): Promise<void> {
  headline('Another organisation');
  const [document] = documents.values();
  expect(document !== undefined, 'an uploaded document');
  if (!document) return;
  const code = await refusalOf(stranger.document(document.id));
  expect(code === 'document.not_found', `document.not_found, not ${code}`);
  const { hits } = await stranger.search(document.title);
  expect(hits.length === 0, 'a stranger to find nothing');
  console.log(`asks for ${document.id}: ${code}; searches for its title: ${hits.length} passages`);
}

function headline(text: string): void {
  console.log(`\n== ${text}`);
}

/** Labelled quotes are taken from the source; passages are what people read of it, without Markdown's marks. */
function folded(text: string): string {
  return text
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*`|]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}

/** The line of a passage that holds the quote. */
function excerpt(text: string, quote: string): string {
  const line = text.split('\n').find((candidate) => folded(candidate).includes(folded(quote)));
  return (line ?? text).replace(/\s+/g, ' ').trim().slice(0, 200);
}
