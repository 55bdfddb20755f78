import type { DocumentErasureActivities, ErasureSubject } from '@docket/activities/document-erasure/types';
import { uuidV7 } from '@docket/domain/ids/uuid-v7';
import {
  DOCUMENT_ERASURE,
  documentErasureInput,
  type DocumentErasureInput,
  type DocumentErasureResult,
} from '@docket/workflows/document-erasure/contract';
import { runStartOptions } from '@docket/workflows/run/contract';
import { Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { randomBytes } from 'node:crypto';
import { startTestServer } from '../../support/temporal-test-server.ts';
import { BenchWorkers } from './bench-workers.ts';

type ErasureStep = keyof DocumentErasureActivities;

export interface ErasureCall {
  name: ErasureStep;
  input: ErasureSubject;
  attempt: number;
  isLocal: boolean;
}

/** What is done in place of a step's first attempts; from then on it succeeds. */
export type ErasureScript = Partial<Record<ErasureStep, (attempt: number) => Promise<void> | void>>;

export const COMPLETED = { contents: 2, contentsKept: 1, objects: 5 };

export interface StartedErasure {
  handle: WorkflowHandle<(input: DocumentErasureInput) => Promise<DocumentErasureResult>>;
  input: DocumentErasureInput;
  calls: ErasureCall[];
}

/** The shipped story of an erasure on a time-skipping server, with activities that follow scripts. */
export class ErasureBench {
  readonly environment: TestWorkflowEnvironment;
  readonly #plays = new Map<string, { script: ErasureScript; calls: ErasureCall[] }>();
  #workers: BenchWorkers | null = null;

  private constructor(environment: TestWorkflowEnvironment) {
    this.environment = environment;
  }

  static async open(): Promise<ErasureBench> {
    const bench = new ErasureBench(await startTestServer());
    bench.#workers = await BenchWorkers.start(bench.environment, { main: bench.#activities() });
    return bench;
  }

  #activities(): DocumentErasureActivities {
    const done = (name: ErasureStep) => (input: ErasureSubject) => this.#play(name, input);
    return {
      supersedeDocumentRuns: done('supersedeDocumentRuns'),
      endDocumentExecutions: done('endDocumentExecutions'),
      eraseDocumentRows: done('eraseDocumentRows'),
      eraseDocumentObjects: done('eraseDocumentObjects'),
      deleteDocumentExecutions: done('deleteDocumentExecutions'),
      completeErasure: async (input) => {
        await this.#play('completeErasure', input);
        return COMPLETED;
      },
    };
  }

  async #play(name: ErasureStep, input: ErasureSubject): Promise<void> {
    const play = this.#plays.get(input.documentId);
    if (!play) throw new Error(`no script for the document ${input.documentId}`);
    const { attempt, isLocal } = Context.current().info;
    play.calls.push({ name, input, attempt, isLocal });
    // A local activity's attempts begin anew after a backoff in the workflow: its calls are counted.
    await play.script[name]?.(play.calls.filter((call) => call.name === name).length);
  }

  async start(script: ErasureScript = {}, given?: DocumentErasureInput): Promise<StartedErasure> {
    const id = (): string => uuidV7(Date.now(), randomBytes(10));
    const subject = 'doc_01k8m3zq4yfk5tx2w7c9v1b6ng';
    const input = given ?? documentErasureInput({ orgId: id(), documentId: id(), runId: id() }, subject);
    const calls: ErasureCall[] = [];
    this.#plays.set(input.documentId, { script, calls });
    const options = runStartOptions({
      kind: DOCUMENT_ERASURE,
      workflowId: `document-erasure:${input.documentId}`,
      input,
      attempts: 1,
      queuedForMs: 0,
      org: 'org_01k8m3zq4yfk5tx2w7c9v1b6ng',
      subject,
    });
    const { workflow } = this.environment.client;
    await workflow.start(DOCUMENT_ERASURE, options);
    return { handle: workflow.getHandle(options.workflowId), input, calls };
  }

  async close(): Promise<void> {
    await this.#workers?.stop();
    await this.environment.teardown();
  }
}
