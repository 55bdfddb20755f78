import { runDocumentIngestSuite } from './document-ingest.suite.ts';
import { devServer } from './support/environment.ts';

runDocumentIngestSuite('a real Temporal server', devServer);
