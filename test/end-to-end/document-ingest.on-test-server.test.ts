import { runDocumentIngestSuite } from './document-ingest.suite.ts';
import { testServer } from './support/environment.ts';

runDocumentIngestSuite('the Temporal test server', testServer);
