import { DocketError } from '@docket/domain/errors';
import type { OperationRule } from './operations.js';
import type { Identity } from './principal.js';

/**
 * Lets a known caller do what the rule allows, and nothing else.
 *
 * @throws DocketError `auth.forbidden`, saying what the credential lacks
 */
export function authorise(rule: OperationRule, identity: Identity): void {
  switch (rule.credential) {
    case 'none':
      return;
    case 'operator':
      if (identity.kind !== 'operator') throw forbidden('This takes the credential of a platform operator.');
      return;
    case 'person':
      if (identity.kind !== 'user') throw forbidden('This takes the access token of a person who signed in.');
      return;
    case 'tenant':
      return authoriseTenant(rule, identity);
  }
}

function authoriseTenant(rule: OperationRule & { credential: 'tenant' }, identity: Identity): void {
  switch (identity.kind) {
    case 'operator':
      throw forbidden('The credential of a platform operator is for /v1/platform only.');
    case 'api_key':
      if (rule.scope !== 'any' && !identity.scopes.includes(rule.scope))
        throw forbidden(`The API key lacks the scope ${rule.scope}.`);
      return;
    case 'user':
      if (!rule.roles.includes(identity.role))
        throw forbidden(
          `The role ${identity.role} does not allow this: it takes ${rule.roles.join(' or ')}.`,
        );
  }
}

function forbidden(message: string): DocketError {
  return new DocketError('auth.forbidden', message);
}
