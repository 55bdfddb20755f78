import { signingKeys, type SigningKey } from '@docket/platform/config/auth';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const USAGE = `usage: signing-keys.js create|add|promote|prune [--file FILE]
  create   make a new set with one key; without --file it is printed
  add      put a new key behind the others: published and accepted, not signing yet
  promote  let the newest key sign
  prune    remove every key but the one that signs`;

/**
 * Looks after the file behind AUTH_SIGNING_KEYS_FILE. Rotation is add, promote, prune, with a restart of every API
 * replica and a pause between, so that no replica ever meets a token of a key it does not know: nobody is logged out.
 * docs/runbooks/key-rotation.md has the steps.
 */
function main(): void {
  const { values, positionals } = parseArgs({
    options: { file: { type: 'string' } },
    allowPositionals: true,
  });
  const [action] = positionals;
  const { file } = values;
  if (positionals.length !== 1) throw new Error(USAGE);
  if (action === 'create') return create(file);
  if (file === undefined) throw new Error(USAGE);
  write(file, changed(action, signingKeys(readFileSync(file, 'utf8'))), 'w');
}

function create(file: string | undefined): void {
  const keys = [newSigningKey()];
  if (file === undefined) console.log(JSON.stringify({ keys }));
  // An existing set is never overwritten by a new one: every token it signed would be refused.
  else write(file, keys, 'wx');
}

function write(file: string, keys: readonly SigningKey[], flag: 'w' | 'wx'): void {
  writeFileSync(file, `${JSON.stringify({ keys })}\n`, { mode: 0o600, flag });
  console.log(JSON.stringify({ signing: keys[0]?.kid, accepted: keys.map(({ kid }) => kid) }));
}

function changed(action: string | undefined, keys: readonly SigningKey[]): SigningKey[] {
  switch (action) {
    case 'add':
      return [...keys, newSigningKey()];
    case 'promote':
      return [...keys.slice(-1), ...keys.slice(0, -1)];
    case 'prune':
      return keys.slice(0, 1);
    default:
      throw new Error(USAGE);
  }
}

/** An ES256 key named for its day, so that people can tell which is old. */
function newSigningKey(): SigningKey {
  const { x, y, d } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  if (x === undefined || y === undefined || d === undefined) throw new Error('an EC key has x, y and d');
  const kid = `${new Date().toISOString().slice(0, 10)}-${randomBytes(4).toString('hex')}`;
  return { kty: 'EC', crv: 'P-256', x, y, d, kid };
}

main();
