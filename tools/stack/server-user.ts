import { readText } from './files.ts';
import { StackError } from './stack-error.ts';

export interface ServerUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Every Unix has it, it owns nothing of value, and no account has to be made for a development stack. */
const UNPRIVILEGED = 'nobody';

export function findUser(passwd: string, name: string): ServerUser | undefined {
  const fields = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find((entry) => entry[0] === name);
  const [uid, gid] = [Number(fields?.[2] || NaN), Number(fields?.[3] || NaN)];
  return Number.isInteger(uid) && Number.isInteger(gid) ? { name, uid, gid } : undefined;
}

/** Who runs Postgres, which refuses to run as root. Undefined: whoever runs this. */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const user = findUser(readText('/etc/passwd') ?? '', UNPRIVILEGED);
  if (user && user.uid > 0) return user;
  throw new StackError(
    `Postgres cannot run as root, and /etc/passwd names no user ${UNPRIVILEGED}.`,
    'run as an ordinary user, or set DATABASE_URL and DATABASE_ADMIN_URL to a Postgres of your own.',
  );
}
