import { runDocumentIngestSuite } from '../end-to-end/document-ingest.suite.ts';
import { devServer, EndToEnd } from '../end-to-end/support/environment.ts';

runDocumentIngestSuite(
  'a real server, two replicas of the API on one Postgres,',
  devServer,
  () => EndToEnd.open(devServer, { replicas: 2 }),
  'on any server',
);
