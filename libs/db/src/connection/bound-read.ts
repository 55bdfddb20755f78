import pg from 'pg';
import type { PreparedStatements } from './prepared-statements.js';

/** One statement by its text and its values, as the protocol takes them. */
export interface Statement {
  text: string;
  values: readonly (string | Buffer | null)[];
}

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
  /** Statements that this one has given a name. */
  readonly #naming: string[] = [];
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
    const { name, parses, isNaming } = this.prepared.use(text);
    if (isNaming) this.#naming.push(text);
    if (parses) connection.parse({ name, text, types: [] }, true);
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
    this.settleNames(false);
    this.callback(error, []);
  }

  handleReadyForQuery(): void {
    this.settleNames(true);
    this.callback(this.#failed, this.#rows);
  }

  private settleNames(areThere: boolean): void {
    for (const text of this.#naming.splice(0)) this.prepared.settle(text, areThere);
  }
}
