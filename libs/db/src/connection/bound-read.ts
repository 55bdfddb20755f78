import pg from 'pg';

/** One statement by its text and its values, as the protocol takes them. */
export interface Statement {
  text: string;
  values: readonly (string | Buffer | null)[];
}

/** The names under which a connection has prepared statements; each is parsed and planned there once. */
export type PreparedStatements = Map<string, string>;

type Finish = (error: Error | undefined, rows: unknown[]) => void;

interface Column {
  name: string;
  parse: (text: string) => unknown;
}

/**
 * One statement that reads, bound to whom it reads for, in one round trip. The statement that binds (it sets
 * `docket.org_id` for its transaction) and the one that reads are sent together, before one Sync: the protocol makes of
 * what lies before a Sync one transaction. When the first fails the server skips the second, and what the first set ends
 * with the Sync, however it ends. So several may be under way on one connection, and none sees what another has bound.
 *
 * A subclass of pg's own query, because that is what pg lets into a pipeline; of it only the place in the queue is used.
 */
export class BoundRead extends pg.Query {
  /** Whether this one made the connection parse a statement: if it fails, nobody knows which are prepared. */
  parses = false;
  readonly #columns: Column[] = [];
  readonly #rows: unknown[] = [];
  #failed: Error | undefined;

  /** pg puts its timer around it. */
  callback: Finish;

  constructor(
    private readonly binding: Statement,
    private readonly read: Statement,
    private readonly prepared: PreparedStatements,
    finish: Finish,
  ) {
    super(read.text);
    this.callback = finish;
    this.submit = (connection) => {
      this.send(connection);
    };
  }

  private send(connection: pg.Connection): void {
    this.execute(connection, this.binding);
    this.execute(connection, this.read, () => {
      // Only what is read is described, which is how its rows are told from those of the statement that binds.
      connection.describe({ type: 'P', name: '' }, true);
    });
    connection.sync();
  }

  private execute(connection: pg.Connection, { text, values }: Statement, describe?: () => void): void {
    let name = this.prepared.get(text);
    if (name === undefined) {
      name = `docket_${this.prepared.size + 1}`;
      this.prepared.set(text, name);
      this.parses = true;
      connection.parse({ name, text, types: [] }, true);
    }
    connection.bind({ statement: name, values: [...values] }, true);
    describe?.();
    connection.execute({}, true);
  }

  handleRowDescription({ fields }: { fields: pg.FieldDef[] }): void {
    for (const { name, dataTypeID } of fields) {
      const parse = pg.types.getTypeParser(dataTypeID, 'text') as Column['parse'];
      this.#columns.push({ name, parse });
    }
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    if (this.#columns.length === 0) return;
    try {
      const row: Record<string, unknown> = {};
      for (const [index, { name, parse }] of this.#columns.entries()) {
        const value = fields[index] ?? null;
        row[name] = value === null ? null : parse(value);
      }
      this.#rows.push(row);
    } catch (error) {
      this.#failed ??= error instanceof Error ? error : new Error(String(error));
    }
  }

  handleCommandComplete(): void {
    // Rows were taken one by one.
  }

  handleEmptyQuery(): void {
    // Has no rows.
  }

  handleError(error: Error): void {
    this.callback(error, []);
  }

  handleReadyForQuery(): void {
    this.callback(this.#failed, this.#rows);
  }
}
