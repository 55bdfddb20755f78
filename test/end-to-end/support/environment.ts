import type { Client } from '@temporalio/client';
import { setTimeout } from 'node:timers/promises';
import { quietTemporal } from '../../support/quiet-temporal.ts';
import type { AppProcess, LogLine } from '../../support/app-process.ts';
import { createTestDatabase } from '../../support/database.ts';
import { startRoundRobin } from '../../support/round-robin.ts';
import { startStack, TestStack, type StackOptions } from '../../support/stack.ts';
import { startDevServer } from '../../support/temporal-dev-server.ts';
import { startTestServer, TEST_NAMESPACE } from '../../support/temporal-test-server.ts';
import { createTemporalClient } from '@docket/platform/temporal/connection';
import { anyFreePort } from '../../../tools/stack/ports.ts';
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

/** A sleep that the test server can do takes well under a second. */
const LOST_AFTER_MS = 20_000;

/**
 * Now and then the test server loses count of who holds its clock ("Unbalanced lock and unlock calls") and answers no sleep any
 * more. Then every test fails at once instead of each at its own time-out, and the file can be run again.
 */
export function untilLost(
  sleep: (durationMs: number) => Promise<void>,
  lostAfterMs = LOST_AFTER_MS,
): (durationMs: number) => Promise<void> {
  let lost: Error | null = null;
  return async (durationMs) => {
    if (lost) throw lost;
    const watch = new AbortController();
    const silence = setTimeout(lostAfterMs, null, { signal: watch.signal }).then(() => {
      lost = new Error(`The clock of Temporal's test server has not moved for ${lostAfterMs} ms: it is lost`);
      throw lost;
    });
    try {
      await Promise.race([sleep(durationMs), silence]);
    } finally {
      watch.abort();
    }
  };
}

export const testServer: TemporalServerKind = {
  canSkip: true,
  async start() {
    const environment = await startTestServer();
    return {
      address: environment.address,
      namespace: TEST_NAMESPACE,
      letPass: untilLost((durationMs) => environment.sleep(durationMs)),
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

/** Where requests go, and what whoever answers them logs: a process, or several behind a balancer. */
export interface Api {
  readonly url: string;
  logs(): LogLine[];
  closeBalancer?(): Promise<void>;
}

export interface EndToEndOptions {
  overrides?: Record<string, string>;
  /** Processes of the API, each asked in its turn. */
  replicas?: number;
}

/** Several APIs behind a balancer that gives each request to the next one. */
async function startReplicas(
  options: StackOptions,
  replicas: number,
): Promise<{ stack: TestStack; api: Api; worker: AppProcess }> {
  const stack = await TestStack.open(await createTestDatabase(), options);
  const port = await anyFreePort();
  const variables = { API_PUBLIC_URL: `http://127.0.0.1:${port}` };
  const worker = await stack.startWorker();
  const apis = await Promise.all(Array.from({ length: replicas }, () => stack.startApi(variables)));
  const balancer = await startRoundRobin(
    port,
    apis.map(({ url }) => url),
  );
  const api = {
    url: balancer.url,
    logs: () => apis.flatMap((each) => each.logs()),
    closeBalancer: () => balancer.close(),
  };
  return { stack, api, worker };
}

/** Everything real: Temporal, Postgres, disk, API and worker, and one organisation. */
export class EndToEnd {
  readonly server: TemporalServer;
  readonly stack: TestStack;
  readonly api: Api;
  /** The present one; tests replace it. */
  worker: AppProcess;
  readonly docket: DocketClient;
  readonly orgId: string;
  readonly apiKey: string;
  readonly temporal: Client;

  private constructor(
    server: TemporalServer,
    running: { stack: TestStack; api: Api; worker: AppProcess },
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
  static async open(
    kind: TemporalServerKind,
    { overrides = {}, replicas = 1 }: EndToEndOptions = {},
  ): Promise<EndToEnd> {
    quietTemporal();
    const server = await kind.start();
    const options = { temporalAddress: server.address, namespace: server.namespace, overrides };
    const running = replicas === 1 ? await startStack(options) : await startReplicas(options, replicas);
    return new EndToEnd(server, running, await running.stack.newOrg(running.api));
  }

  async close(): Promise<void> {
    try {
      await this.api.closeBalancer?.();
      await this.stack.stop();
    } finally {
      await this.temporal.connection.close();
      await this.server.close();
    }
  }
}
