import pg from 'pg';
import { BoundRead, type Statement } from './bound-read.js';
import type { DatabaseSettings } from './data-source.js';
import { PreparedStatements } from './prepared-statements.js';
import { tracedStatement } from './traced-statements.js';

/** Reads that wait for their answers on few connections, several at once on each. */
interface Lane {
  client: pg.Client;
  ready: Promise<unknown>;
  prepared: PreparedStatements;
  underWay: number;
  corked: boolean;
}

/**
 * SQLSTATEs of a statement whose preparation went wrong: invalid_sql_statement_name, duplicate_prepared_statement, and
 * feature_not_supported, which is what "cached plan must not change result type" is after a migration.
 */
const STALE = new Set(['26000', '42P05', '0A000']);

/**
 * Runs single reads by key, each bound and in a transaction of its own, at the cost of one round trip that several share:
 * reads that come in one turn of the event loop leave in one write, and none waits for the answer of another before it
 * is sent. That is a tenth of what `begin`, statement and `commit` cost, since here a system call costs more than a look
 * into an index.
 *
 * Only for statements that find their rows by a key: a slow one holds up those behind it. The connections are read-only,
 * so that nothing can be changed this way. Several reads do not see one state of the database; nor do the statements of
 * a transaction at its default isolation.
 */
export class ReadLanes {
  readonly #lanes: Lane[] = [];
  #closed = false;

  /** @param count connections, opened when they are first needed and anew when they were lost */
  constructor(
    private readonly settings: Omit<DatabaseSettings, 'poolSize'>,
    private readonly count: number,
  ) {}

  /**
   * Rows of one statement.
   *
   * @param binding sets whom the read is for, by `set_config(…, true)`; when it sets nothing, no tenant's row is found
   */
  async read<T>(binding: Statement, read: Statement): Promise<T[]> {
    return tracedStatement(read.text, () => this.readUnlessStale<T>(binding, read));
  }

  /** Waits for what is under way and lets go of the connections. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#lanes.splice(0).map(({ client }) => client.end()));
  }

  private async readUnlessStale<T>(binding: Statement, read: Statement): Promise<T[]> {
    for (let stale = 0; ; stale += 1) {
      try {
        return await this.send<T>(binding, read);
      } catch (error) {
        // Each time a lane is retired. What a migration made stale is so on every one, and a new one prepares it anew.
        if (!isStale(error) || stale === this.count) throw error;
      }
    }
  }

  private async send<T>(binding: Statement, read: Statement): Promise<T[]> {
    const lane = this.pick();
    lane.underWay += 1;
    try {
      await lane.ready;
      return await this.submit<T>(lane, binding, read);
    } finally {
      lane.underWay -= 1;
    }
  }

  private submit<T>(lane: Lane, binding: Statement, read: Statement): Promise<T[]> {
    return new Promise((resolve, reject) => {
      const query = new BoundRead(binding, read, lane.prepared, (error, rows) => {
        if (!error) {
          resolve(rows as T[]);
          return;
        }
        if (isStale(error) || isFatal(error)) this.retire(lane);
        reject(error);
      });
      cork(lane);
      lane.client.query(query);
    });
  }

  /** The lane with the least under way; a new one while there are fewer than there may be and each has something to do. */
  private pick(): Lane {
    if (this.#closed) throw new Error('Connection terminated: the process is stopping');
    const [least] = this.#lanes.toSorted((one, other) => one.underWay - other.underWay);
    if (least && (least.underWay === 0 || this.#lanes.length >= this.count)) return least;
    return this.open();
  }

  private open(): Lane {
    const { url, acquireTimeoutMs, statementTimeoutMs, applicationName } = this.settings;
    const client = new pg.Client({
      connectionString: url,
      application_name: applicationName,
      connectionTimeoutMillis: acquireTimeoutMs,
      statement_timeout: statementTimeoutMs,
      // A read may wait for those before it; one that waits longer finds a server that answers nobody, and gives the lane up.
      query_timeout: acquireTimeoutMs + statementTimeoutMs,
      options: '-c default_transaction_read_only=on',
      keepAlive: true,
      pipeline: true,
    });
    const lane: Lane = {
      client,
      ready: client.connect(),
      prepared: new PreparedStatements(),
      underWay: 0,
      corked: false,
    };
    // Whoever waits for an answer is told by its own promise.
    const lost = (): void => {
      this.retire(lane);
    };
    client.on('error', lost).on('end', lost);
    lane.ready.catch(lost);
    this.#lanes.push(lane);
    return lane;
  }

  /**
   * Takes a lane out of service whose connection is gone, or where it is in doubt what is prepared; what is under way there
   * is answered before it closes.
   */
  private retire(lane: Lane): void {
    const index = this.#lanes.indexOf(lane);
    if (index < 0) return;
    this.#lanes.splice(index, 1);
    lane.client.end().catch(() => undefined);
  }
}

/** Holds back what is written until this turn of the event loop is over: one system call for all of it. */
function cork(lane: Lane): void {
  if (lane.corked) return;
  lane.corked = true;
  const { stream } = lane.client.connection;
  stream.cork();
  setImmediate(() => {
    lane.corked = false;
    stream.uncork();
  });
}

/** The server says good-bye: it closes the connection in a moment, and whoever is sent there until then is lost. */
function isFatal(error: Error): boolean {
  return 'severity' in error && (error.severity === 'FATAL' || error.severity === 'PANIC');
}

function isStale(error: unknown): boolean {
  return error instanceof Error && 'code' in error && STALE.has(String(error.code));
}
