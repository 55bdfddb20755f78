/** What a person may be in an organisation, from the least to the most. */
export const ROLES = ['viewer', 'agent', 'admin', 'owner'] as const;

export type Role = (typeof ROLES)[number];

export function isRole(value: string): value is Role {
  return ROLES.some((role) => role === value);
}

/** A role and every one above it. */
export function rolesFrom(lowest: Role): readonly Role[] {
  return ROLES.slice(ROLES.indexOf(lowest));
}

/** True when nothing is granted to `other` that is not granted to `role`. */
export function isAtLeast(role: Role, other: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(other);
}
