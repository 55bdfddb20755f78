import { Client, Connection } from '@temporalio/client';
import { PayloadSizeClientInterceptor } from './payload-size.client.js';
import { TraceHeaderClientInterceptor } from './trace-header.client.js';

export interface TemporalSettings {
  TEMPORAL_ADDRESS: string;
  TEMPORAL_NAMESPACE: string;
  TEMPORAL_API_KEY?: string | undefined;
}

/** Connection options that client and worker connections share. */
export function connectionOptions(settings: TemporalSettings): {
  address: string;
  tls?: true;
  apiKey?: string;
} {
  return {
    address: settings.TEMPORAL_ADDRESS,
    ...(settings.TEMPORAL_API_KEY ? { apiKey: settings.TEMPORAL_API_KEY, tls: true as const } : {}),
  };
}

/**
 * A client that connects on first use: the API starts and says "not ready" while Temporal is away, instead of dying.
 */
export function createTemporalClient(settings: TemporalSettings): Client {
  return new Client({
    connection: Connection.lazy(connectionOptions(settings)),
    namespace: settings.TEMPORAL_NAMESPACE,
    interceptors: { workflow: [new PayloadSizeClientInterceptor(), new TraceHeaderClientInterceptor()] },
  });
}
