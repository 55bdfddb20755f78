import type { EntityManager } from 'typeorm';

export interface UserRow {
  id: string;
  email: string;
  name: string;
}

/** The person of this transaction. */
export class UserRepository {
  constructor(
    private readonly userId: string,
    private readonly manager: EntityManager,
  ) {}

  /** Makes the person; false when the address is somebody's already. */
  async create(user: { email: string; name: string }): Promise<boolean> {
    const inserted: unknown[] = await this.manager.query(
      `insert into users (id, email, name) values ($1, $2, $3) on conflict (email) do nothing returning id`,
      [this.userId, user.email, user.name],
    );
    return inserted.length === 1;
  }

  async find(): Promise<UserRow | null> {
    const rows: UserRow[] = await this.manager.query('select id, email, name from users where id = $1', [
      this.userId,
    ]);
    return rows[0] ?? null;
  }
}
