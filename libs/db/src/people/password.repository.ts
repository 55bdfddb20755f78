import type { EntityManager } from 'typeorm';

export class PasswordRepository {
  constructor(
    private readonly userId: string,
    private readonly manager: EntityManager,
  ) {}

  /** The hash as a PHC string; null for a person without a password. */
  async findHash(): Promise<string | null> {
    const rows: { hash: string }[] = await this.manager.query(
      'select hash from user_passwords where user_id = $1',
      [this.userId],
    );
    return rows[0]?.hash ?? null;
  }

  async set(hash: string): Promise<void> {
    await this.manager.query(
      `insert into user_passwords (user_id, hash) values ($1, $2)
         on conflict (user_id) do update set hash = excluded.hash, changed_at = now()`,
      [this.userId, hash],
    );
  }
}
