import pg from 'pg';

/** Owns every table and may log in nowhere. */
export const OWNER_ROLE = 'docket_owner';
/** What the API and the workers may do; a login is either this role or a member of it. */
const APPLICATION_ROLE = 'docket_app';
/** Owns the few functions that look across orgs; logs in nowhere. */
const SYSTEM_ROLE = 'docket_system';

/** Serialises role set-up and migrations over all processes that start at once. Any constant will do. */
const SETUP_LOCK = 7_244_101;

/**
 * Runs `work` while holding the set-up lock of the database, with a connection of its own.
 */
export async function withSetupLock<T>(
  adminUrl: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [SETUP_LOCK]);
    return await work(client);
  } finally {
    // Ending the session lets the lock go, whatever happened.
    await client.end();
  }
}

/** Attempts at the roles before giving up: each one that fails means that somebody else's went through. */
const ROLE_ATTEMPTS = 20;

/**
 * Makes the three roles, the application's login and the `vector` extension; repeatable. Roles belong to the whole
 * server, so this stands beside the migrations of one database and not in them.
 *
 * @param applicationUrl names the login the application uses; its password is set when it has one
 */
export async function ensureRoles(client: pg.Client, applicationUrl: string): Promise<void> {
  // The set-up lock holds within one database, as every advisory lock does; a second database of the server may be set
  // up at the same moment, and of two that change a role one is refused. What is refused is done again.
  for (let attempt = 1; ; attempt += 1) {
    try {
      await ensureServerRoles(client, applicationUrl);
      break;
    } catch (error) {
      if (attempt === ROLE_ATTEMPTS || !isRace(error)) throw error;
    }
  }
  await client.query('create extension if not exists vector');
  await client.query(`grant usage, create on schema public to ${OWNER_ROLE} with grant option`);
  await client.query(`grant usage on schema public to ${APPLICATION_ROLE}`);
}

async function ensureServerRoles(client: pg.Client, applicationUrl: string): Promise<void> {
  const login = new URL(applicationUrl);
  const loginName = decodeURIComponent(login.username);
  const password = decodeURIComponent(login.password);
  for (const role of [OWNER_ROLE, APPLICATION_ROLE, SYSTEM_ROLE]) await createRole(client, role);
  await createRole(client, loginName);
  const name = pg.escapeIdentifier(loginName);
  await client.query(`alter role ${name} login nosuperuser nobypassrls`);
  if (password) await client.query(`alter role ${name} password ${pg.escapeLiteral(password)}`);
  if (loginName !== APPLICATION_ROLE) await client.query(`grant ${APPLICATION_ROLE} to ${name}`);
  // The migrating user acts as the owner, and hands functions to the system role.
  await client.query(`grant ${OWNER_ROLE}, ${SYSTEM_ROLE} to current_user`);
  await client.query(`grant ${SYSTEM_ROLE} to ${OWNER_ROLE}`);
}

/** A role or a grant that appeared between look and make (23505, 42710), or that changed under our hands (XX000). */
function isRace(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return false;
  if (error.code === '23505' || error.code === '42710') return true;
  return error.code === 'XX000' && error.message.startsWith('tuple concurrently');
}

async function createRole(client: pg.Client, role: string): Promise<void> {
  const known = await client.query('select 1 from pg_roles where rolname = $1', [role]);
  if (known.rowCount === 0)
    await client.query(`create role ${pg.escapeIdentifier(role)} nologin nosuperuser`);
}
