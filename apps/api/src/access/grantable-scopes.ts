import type { Role } from '@docket/domain/access/roles';
import { OPERATIONS, type OperationRule } from './operations.js';
import { rankOf, type Principal } from './principal.js';
import { SCOPES, type Scope } from './scopes.js';

/**
 * The scopes a caller may give to an API key: never more than they have. A key passes on its own scopes. A person passes
 * on a scope when their role may call every operation it opens.
 */
export function grantableScopes(caller: Principal): readonly Scope[] {
  return caller.kind === 'api_key'
    ? SCOPES.filter((scope) => caller.scopes.includes(scope))
    : SCOPES.filter((scope) => isWithin(scope, rankOf(caller)));
}

function isWithin(scope: Scope, role: Role): boolean {
  const rules: OperationRule[] = Object.values(OPERATIONS);
  return rules.every(
    (rule) => rule.credential !== 'tenant' || rule.scope !== scope || rule.roles.includes(role),
  );
}
