import { randomBytes } from 'node:crypto';
import { newId, type TestDatabase } from '../database.ts';

/** A member of the org in a team of it, and an open invitation for somebody else. */
export async function seedPeople(db: TestDatabase, orgId: string): Promise<void> {
  const [userId, teamId, invitationId] = [newId(), newId(), newId()];
  await db.tenants.withMember(orgId, userId, async (tx, person) => {
    await person.users.create({ email: `${userId}@example.com`, name: 'Ada' });
    await tx.memberships.add(userId, 'owner');
    await tx.teams.insert({ id: teamId, name: 'support', description: null });
    await tx.teams.addMember(teamId, userId);
    await tx.invitations.create({
      id: invitationId,
      email: `${invitationId}@example.com`,
      role: 'agent',
      tokenHash: randomBytes(32),
      lastsSeconds: 3_600,
    });
  });
}
