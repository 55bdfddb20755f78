import { startChildServer } from './child-server.ts';

export interface DevServer {
  address: string;
  namespace: string;
  /** Of its Web UI. */
  uiUrl: string;
  stop(): Promise<void>;
}

/** A real Temporal server as the local stack runs it, with ports and data of its own. */
export async function startDevServer(): Promise<DevServer> {
  const { place, stop } = await startChildServer<Omit<DevServer, 'stop'>>('temporal', 'run-dev-server.ts');
  return { ...place, stop };
}
