import type { Client } from '@temporalio/client';
import { setTimeout } from 'node:timers/promises';
import { quietTemporal } from '../../support/quiet-temporal.ts';
import type { AppProcess } from '../../support/app-process.ts';
import { startStack, type TestStack } from '../../support/stack.ts';
import { startDevServer } from '../../support/temporal-dev-server.ts';
import { startTestServer, TEST_NAMESPACE } from '../../support/temporal-test-server.ts';
import { createTemporalClient } from '@docket/platform/temporal/connection';
import type { DocketClient } from '../../../tools/client/docket-client.ts';

/** The Temporal server that a suite runs on. */
export interface TemporalServer {
  address: string;
  namespace: string;
  /** Lets so much of the server's time pass: at once where its clock can be moved, and as it comes otherwise. */
  letPass(durationMs: number): Promise<void>;
  close(): Promise<void>;
}

export interface TemporalServerKind {
  /** Whether an hour can pass in a second. Its clock then stands still until it is moved. */
  canSkip: boolean;
  start(): Promise<TemporalServer>;
}

export const testServer: TemporalServerKind = {
  canSkip: true,
  async start() {
    const environment = await startTestServer();
    return {
      address: environment.address,
      namespace: TEST_NAMESPACE,
      letPass: (durationMs) => environment.sleep(durationMs),
      close: () => environment.teardown(),
    };
  },
};

export const devServer: TemporalServerKind = {
  canSkip: false,
  async start() {
    const server = await startDevServer();
    return { ...server, letPass: (durationMs) => setTimeout(durationMs), close: () => server.stop() };
  },
};

/** Everything real: Temporal, Postgres, disk, API and worker, and one organisation. */
export class EndToEnd {
  readonly server: TemporalServer;
  readonly stack: TestStack;
  readonly api: AppProcess;
  /** The present one; tests replace it. */
  worker: AppProcess;
  readonly docket: DocketClient;
  readonly orgId: string;
  readonly apiKey: string;
  readonly temporal: Client;

  private constructor(
    server: TemporalServer,
    running: { stack: TestStack; api: AppProcess; worker: AppProcess },
    org: { docket: DocketClient; orgId: string; apiKey: string },
  ) {
    this.server = server;
    this.stack = running.stack;
    this.api = running.api;
    this.worker = running.worker;
    this.docket = org.docket;
    this.orgId = org.orgId;
    this.apiKey = org.apiKey;
    this.temporal = createTemporalClient({
      TEMPORAL_ADDRESS: server.address,
      TEMPORAL_NAMESPACE: server.namespace,
    });
  }

  /** @param overrides environment variables of API and worker that differ from the defaults */
  static async open(kind: TemporalServerKind, overrides: Record<string, string> = {}): Promise<EndToEnd> {
    quietTemporal();
    const server = await kind.start();
    const running = await startStack({
      temporalAddress: server.address,
      namespace: server.namespace,
      overrides,
    });
    return new EndToEnd(server, running, await running.stack.newOrg(running.api));
  }

  async close(): Promise<void> {
    try {
      await this.stack.stop();
    } finally {
      await this.temporal.connection.close();
      await this.server.close();
    }
  }
}
