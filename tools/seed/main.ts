import { createHash, randomUUID } from 'node:crypto';
import { ApiProblem, DocketClient } from '../client/docket-client.ts';
import { generatedDocuments } from '../client/generated-documents.ts';
import { inParallel } from '../client/in-parallel.ts';
import { knowledgeBase } from '../client/samples.ts';
import { readLocalEnv } from '../stack/local-env.ts';

const PATIENCE_MS = 120_000;
const MANY = 500;

/** What a running stack can be filled with. Each may be repeated: documents are known by their external key. */
const SCENARIOS: Record<string, (docket: DocketClient) => Promise<string>> = {
  /** The sample knowledge base. */
  async samples(docket) {
    const files = knowledgeBase();
    await inParallel(files, 8, async (file) => {
      const { documentId } = await docket.upload({ ...file, collection: 'help centre' });
      await docket.untilEnded(documentId, PATIENCE_MS);
    });
    return `${files.length} articles are searchable in the collection "help centre"`;
  },

  /** One document for each way an ingest can fail at once. */
  async failures(docket) {
    const bytes = Buffer.from(`# A note\n\n${randomUUID()}\n`);
    const note = { fileName: 'note.md', mediaType: 'text/markdown', bytes, collection: 'failures' };
    const broken = [
      {
        ...note,
        title: 'Wrong checksum',
        externalKey: 'checksum',
        sha256: createHash('sha256').update('other').digest('hex'),
      },
      {
        ...note,
        title: 'A PDF called text',
        externalKey: 'disguised',
        fileName: 'a.txt',
        mediaType: 'text/plain',
        bytes: Buffer.from('%PDF-1.7\n'),
      },
      { ...note, title: 'Nothing but blanks', externalKey: 'empty', bytes: Buffer.from('   \n') },
    ];
    const codes: string[] = [];
    for (const file of broken) {
      const { documentId } = await docket.upload(file);
      codes.push((await docket.untilEnded(documentId, PATIENCE_MS)).error?.code ?? 'none');
    }
    await docket.announce({ ...note, title: 'Never uploaded', externalKey: `abandoned-${randomUUID()}` });
    return `rejected with ${codes.join(', ')}; one more waits for an upload that will not come`;
  },

  /** Enough small documents to see lists page and search work. */
  async many(docket) {
    await inParallel(generatedDocuments(MANY, 'seed'), 16, async (file) => {
      const { documentId } = await docket.upload({ ...file, externalKey: file.fileName, collection: 'many' });
      await docket.untilEnded(documentId, PATIENCE_MS);
    });
    return `${MANY} documents are searchable in the collection "many"`;
  },
};

async function main(name: string): Promise<void> {
  const scenario = SCENARIOS[name];
  if (!scenario) {
    console.error(`make seed SCENARIO=${Object.keys(SCENARIOS).join(' | ')}`);
    process.exit(2);
  }
  const { DOCKET_URL: url, DOCKET_API_KEY: apiKey } = readLocalEnv();
  if (!url || !apiKey) {
    console.error('There is no running stack to fill: make up');
    process.exit(1);
  }
  console.log(await scenario(new DocketClient(url, apiKey)));
}

main(process.argv[2] ?? 'samples').catch((error: unknown) => {
  console.error(error instanceof ApiProblem ? error.message : error);
  process.exit(1);
});
