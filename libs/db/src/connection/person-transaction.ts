import type { EntityManager } from 'typeorm';
import { PasswordRepository } from '../people/password.repository.js';
import { SessionRepository } from '../people/session.repository.js';
import { UserRepository } from '../people/user.repository.js';
import { timeRepositories } from './timed-methods.js';

/** One open transaction of one person, and the repositories that work in it. */
export class PersonTransaction {
  constructor(
    readonly userId: string,
    private readonly manager: EntityManager,
  ) {}

  get users(): UserRepository {
    return new UserRepository(this.userId, this.manager);
  }
  get passwords(): PasswordRepository {
    return new PasswordRepository(this.userId, this.manager);
  }
  get sessions(): SessionRepository {
    return new SessionRepository(this.userId, this.manager);
  }
}

timeRepositories(PersonTransaction.prototype);
