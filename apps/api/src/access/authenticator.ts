import { DocketError } from '@docket/domain/errors';
import { Injectable } from '@nestjs/common';
import { UserAuthenticator } from '../people/auth/user-authenticator.js';
import { isApiKeyLike } from './api-key.js';
import { ApiKeyAuthenticator } from './api-key-authenticator.js';
import { OperatorAuthenticator } from './operator-authenticator.js';
import { credentialRequired, type Identity } from './principal.js';

/** Tells who an `Authorization` header speaks for. Nothing of it is remembered: each request is asked anew. */
@Injectable()
export class Authenticator {
  constructor(
    private readonly operators: OperatorAuthenticator,
    private readonly apiKeys: ApiKeyAuthenticator,
    private readonly users: UserAuthenticator,
  ) {}

  /** @throws DocketError `auth.required` without a header, `auth.invalid` for a credential that does not count */
  async authenticate(authorization: string | undefined): Promise<Identity> {
    if (!authorization) throw credentialRequired();
    const credential = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    const identity = credential === undefined ? null : await this.identify(credential);
    if (identity) return identity;
    throw new DocketError(
      'auth.invalid',
      'The credential is unknown, revoked or expired. Use a current API key or access token.',
    );
  }

  private async identify(credential: string): Promise<Identity | null> {
    if (this.operators.accepts(credential)) return { kind: 'operator' };
    return isApiKeyLike(credential) ? this.apiKeys.identify(credential) : this.users.identify(credential);
  }
}
