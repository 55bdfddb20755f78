import { createDocumentIngestActivities } from '@docket/activities/document-ingest';
import type { DocumentIngestActivities, IngestSubject } from '@docket/activities/document-ingest/types';
import type { Embedder } from '@docket/adapters/embedding';
import { HashedEmbedder } from '@docket/adapters/embedding/hashed';
import type { ParsedContent, ParseJob } from '@docket/adapters/parsing/parse-job';
import { ParserPool } from '@docket/adapters/parsing/parser-pool';
import { DiskStorage } from '@docket/adapters/storage/disk';
import { storageKeys } from '@docket/adapters/storage/keys';
import { AddressSigner } from '@docket/adapters/storage/signed-address';
import { documentIngestWorkflowId } from '@docket/workflows/document-ingest/contract';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, newId, type TestDatabase } from '../../../../../test/support/database.ts';

export interface Announcement {
  text: string;
  mediaType?: string;
  /** Announced in place of the true one. */
  sha256?: Buffer;
  sizeBytes?: number;
  /** Put to the staging key at once, unless false. */
  stored?: boolean;
  /** The document whose next version this is. */
  after?: IngestSubject;
}

type InputOf<N extends keyof DocumentIngestActivities> = Parameters<DocumentIngestActivities[N]>[0];
type ResultOf<N extends keyof DocumentIngestActivities> = Awaited<ReturnType<DocumentIngestActivities[N]>>;

export const STORAGE_FAILURES = 3;

/** The activities on a real database, a real disk and real parser children. */
export class IngestWorld {
  readonly database: TestDatabase;
  readonly storage: DiskStorage;
  readonly orgId: string;
  readonly activities: DocumentIngestActivities;
  /** Of every profile; a test makes it fail. */
  embedder: Embedder = new HashedEmbedder();
  /** Id of the Temporal execution that activities run in; a test that needs several changes it. */
  execution: string | null = null;
  /** Runs before each parse, for what another run does in the meantime. */
  beforeParse: () => Promise<void> = async () => undefined;
  /** Where the objects lie. */
  readonly folder: string;
  readonly #parsers = new ParserPool({
    size: 1,
    cpuMs: 10_000,
    heapMb: 512,
    maxOutputBytes: 100_000_000,
    reuse: 200,
  });

  private constructor(database: TestDatabase, orgId: string, limits: { leaseSeconds?: number }) {
    this.database = database;
    this.orgId = orgId;
    this.folder = mkdtempSync(join(tmpdir(), 'docket-activities-'));
    this.storage = new DiskStorage(this.folder, new AddressSigner('k'.repeat(32), 'http://127.0.0.1'));
    this.activities = createDocumentIngestActivities({
      tenants: database.tenants,
      storage: this.storage,
      parsers: { parse: (job) => this.#parse(job) },
      embedderFor: () => this.embedder,
      limits: { textCharacters: 20_000_000, chunks: 5_000, storageFailures: STORAGE_FAILURES, ...limits },
      workerBuild: 'build-of-a-test',
      newId,
      now: () => new Date(),
    });
  }

  static async open(limits: { leaseSeconds?: number } = {}): Promise<IngestWorld> {
    const database = await createTestDatabase();
    return new IngestWorld(database, await database.createOrg(), limits);
  }

  async close(): Promise<void> {
    await this.#parsers.close();
    await this.database.drop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** One attempt of an activity, in an execution of its own. */
  async run<N extends keyof DocumentIngestActivities>(
    name: N,
    input: InputOf<N>,
    attempt = 1,
  ): Promise<ResultOf<N>> {
    const { execution } = this;
    const workflowExecution =
      execution === null ? {} : { workflowExecution: { workflowId: 'w', runId: execution } };
    const environment = new MockActivityEnvironment(
      { attempt, ...workflowExecution },
      { logger: new DefaultLogger('ERROR') },
    );
    // What TypeScript cannot see through the index: name, input and result belong together.
    const activity = this.activities[name] as unknown as (given: InputOf<N>) => Promise<ResultOf<N>>;
    return environment.run<[InputOf<N>], ResultOf<N>, typeof activity>(activity, input);
  }

  /** The rows of a version whose run has begun, as the API writes them, and its bytes. */
  async announce(announced: Announcement): Promise<IngestSubject> {
    const bytes = Buffer.from(announced.text);
    const { orgId } = this;
    const documentId = announced.after?.documentId ?? newId();
    const version = (announced.after?.version ?? 0) + 1;
    const [versionId, runId, uploadId] = [newId(), newId(), newId()];
    await this.database.tenants.withTenant(orgId, async (tx) => {
      const collectionId = await tx.collections.findOrCreate('default', newId());
      const attributes = { title: '', sourceUrl: null, externalKey: null, metadata: {} };
      if (announced.after) await tx.documents.update(documentId, { latestVersion: version });
      else await tx.documents.insert({ id: documentId, collectionId, ...attributes });
      const workflowId = documentIngestWorkflowId(orgId, documentId, version);
      const run = {
        kind: 'documentIngest',
        subjectKind: 'document' as const,
        subjectId: documentId,
        workflowId,
      };
      await tx.runs.insert({ id: runId, ...run, input: {}, requestId: runId, traceparent: null });
      await tx.versions.insert({
        id: versionId,
        documentId,
        version,
        state: 'awaiting_upload',
        contentId: null,
        runId,
        fileName: 'file.md',
        mediaType: announced.mediaType ?? 'text/markdown',
        sizeBytes: announced.sizeBytes ?? bytes.length,
        sha256: announced.sha256 ?? createHash('sha256').update(bytes).digest(),
        language: 'auto',
        indexedAt: null,
      });
      const stagingKey = storageKeys.staging(orgId, uploadId);
      await tx.uploads.insert({
        id: uploadId,
        versionId,
        stagingKey,
        expiresAt: new Date(),
        receivedAt: null,
      });
      if (announced.stored !== false) await this.storage.put(stagingKey, bytes);
    });
    return { orgId, documentId, versionId, version, runId };
  }

  /** Everything from announcement to searchable. */
  async index(announced: Announcement): Promise<IngestSubject & { contentId: string }> {
    const subject = await this.announce(announced);
    const read = await this.run('readContent', subject);
    if (read.outcome === 'not_received') throw new Error('nothing was stored');
    const fencingToken = read.outcome === 'parsed' ? read.fencingToken : null;
    await this.run('indexContent', { ...subject, contentId: read.contentId, fencingToken });
    return { ...subject, contentId: read.contentId };
  }

  async stagingKeyOf(subject: IngestSubject): Promise<string> {
    const [row] = await this.database.asAdmin<{ staging_key: string }>(
      'select staging_key from uploads where version_id = $1',
      [subject.versionId],
    );
    return row?.staging_key ?? '';
  }

  async #parse(job: ParseJob): Promise<ParsedContent> {
    await this.beforeParse();
    return this.#parsers.parse(job);
  }
}
