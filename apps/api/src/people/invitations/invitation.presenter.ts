import type { InvitationRow } from '@docket/db/people/invitation';
import { toTypeId } from '@docket/domain/ids/type-id';
import type { InvitationDto } from './invitation.dto.js';

export function showInvitation(row: InvitationRow): InvitationDto {
  return {
    id: toTypeId('invitation', row.id),
    email: row.email,
    role: row.role,
    state: stateOf(row),
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  };
}

function stateOf(row: InvitationRow): InvitationDto['state'] {
  if (row.acceptedAt) return 'accepted';
  if (row.revokedAt) return 'revoked';
  return row.expired ? 'expired' : 'open';
}
