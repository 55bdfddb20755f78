import { meter } from './metrics.js';

export interface PoolCounts {
  total: number;
  idle: number;
  waiting: number;
}

/** Publishes the state of a connection pool: `docket_db_pool_connections` by state. */
export function observePool(read: () => PoolCounts | null): void {
  meter()
    .createObservableGauge('docket_db_pool_connections', {
      description: 'Connections of the pool that are in use or idle, and callers that wait for one',
    })
    .addCallback((gauge) => {
      const counts = read();
      if (!counts) return;
      gauge.observe(counts.total - counts.idle, { state: 'in_use' });
      gauge.observe(counts.idle, { state: 'idle' });
      gauge.observe(counts.waiting, { state: 'waiting' });
    });
}
