import type { DataSource, EntityManager } from 'typeorm';

export interface OperatorAnswer {
  status: number;
  /** The header of that name, where there was one. */
  location: string | null;
  /** As it was sent; null where there was none, or where it showed a secret. */
  body: string | null;
  isSecret: boolean;
}

/** Hours after which a key is as good as never used, as for keys of an org's callers. */
const KEPT_HOURS = 24;

/** Idempotency keys of the installation's operators. */
export class OperatorKeys {
  constructor(private readonly dataSource: DataSource) {}

  /** The first answer under a key and what it was asked with; null for one that was not used, or long ago. */
  async find(key: string): Promise<{ fingerprint: Buffer; answer: OperatorAnswer } | null> {
    const rows: (OperatorAnswer & { fingerprint: Buffer })[] = await this.dataSource.query(
      `select fingerprint, status, location, body, is_secret as "isSecret" from operator_idempotency_keys
        where key = $1 and expires_at > now()`,
      [key],
    );
    const row = rows[0];
    if (!row) return null;
    const { fingerprint, ...answer } = row;
    return { fingerprint, answer };
  }

  /**
   * Stores the answer, best in the transaction of its effect. False when the key has an answer already, after a wait for
   * whoever is about to give it one: the effect must then be rolled back.
   */
  async settle(
    request: { key: string; fingerprint: Buffer },
    answer: OperatorAnswer,
    manager: EntityManager = this.dataSource.manager,
  ): Promise<boolean> {
    await manager.query('delete from operator_idempotency_keys where expires_at <= now()');
    const stored: unknown[] = await manager.query(
      `insert into operator_idempotency_keys (key, fingerprint, status, body, is_secret, expires_at, location)
       values ($1, $2, $3, $4, $5, now() + make_interval(hours => $6), $7)
       on conflict (key) do nothing returning 1`,
      [
        request.key,
        request.fingerprint,
        answer.status,
        answer.isSecret ? null : answer.body,
        answer.isSecret,
        KEPT_HOURS,
        answer.location,
      ],
    );
    return stored.length === 1;
  }
}
