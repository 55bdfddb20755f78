import type { DataSource } from 'typeorm';
import { inBoundTransaction } from './bound-transaction.js';
import { PersonTransaction } from './person-transaction.js';

/** The way to what is a person's own, whatever orgs they belong to: password, sessions, name. */
export class PersonDatabase {
  constructor(private readonly dataSource: DataSource) {}

  /** Runs `work` in one transaction that sees the rows of this person and of nobody else, and no org's. */
  async withPerson<T>(userId: string, work: (person: PersonTransaction) => Promise<T>): Promise<T> {
    return inBoundTransaction(this.dataSource, { userId }, (manager) =>
      work(new PersonTransaction(userId, manager)),
    );
  }
}
