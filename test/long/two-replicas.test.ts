import { runDocumentIngestSuite } from '../end-to-end/document-ingest.suite.ts';
import { EndToEnd, testServer } from '../end-to-end/support/environment.ts';

runDocumentIngestSuite('the test server, two replicas of the API on one Postgres,', testServer, () =>
  EndToEnd.open(testServer, { replicas: 2 }),
);
