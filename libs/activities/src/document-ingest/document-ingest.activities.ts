import type { DocumentIngestActivities } from './document-ingest.types.js';
import type { DocumentIngestDependencies } from './document-ingest.dependencies.js';
import { EmbedContentChunks } from './embed-content-chunks.activity.js';
import { EndIngest } from './end-ingest.activity.js';
import { FindUploadedObject } from './find-uploaded-object.activity.js';
import { IndexContent } from './index-content.activity.js';
import { ReadContent } from './read-content.activity.js';

export type { DocumentIngestDependencies, IngestLimits } from './document-ingest.dependencies.js';

/** The activities of `documentIngest`, bound to what they need. */
export function createDocumentIngestActivities(on: DocumentIngestDependencies): DocumentIngestActivities {
  const find = new FindUploadedObject(on);
  const read = new ReadContent(on);
  const embed = new EmbedContentChunks(on);
  const index = new IndexContent(on);
  const end = new EndIngest(on);
  return {
    findUploadedObject: (subject) => find.run(subject),
    readContent: (subject) => read.run(subject),
    embedContentChunks: (input) => embed.run(input),
    indexContent: (input) => index.run(input),
    endIngest: (input) => end.run(input),
  };
}
