import { Injectable } from '@nestjs/common';
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { Admission } from './admission.js';

/** OWASP's recommendation for argon2id: 19 MiB, two passes, one lane; some 50 ms of one core. */
const MEMORY_KIB = 19_456;
const PASSES = 2;
const LANES = 1;
const TAG_BYTES = 32;
const SALT_BYTES = 16;
/** argon2 1.3. */
const VERSION = 19;

/** Two of the four threads that Node keeps for such work: files and names are looked up by the others. */
const MOST_AT_ONCE = 2;
/** Some three seconds' worth: whoever comes later is better off trying again. */
const MOST_WAITING = 100;

interface Parameters {
  memory: number;
  passes: number;
  parallelism: number;
  salt: Buffer;
  tag: Buffer;
}

const PHC =
  /^\$argon2id\$v=19\$m=(?<memory>\d+),t=(?<passes>\d+),p=(?<lanes>\d+)\$(?<salt>[\w+/-]+)\$(?<tag>[\w+/-]+)$/;

/** Hashes and verifies passwords with argon2id, kept as PHC strings. */
@Injectable()
export class PasswordHasher {
  readonly #admission = new Admission(MOST_AT_ONCE, MOST_WAITING);

  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    const tag = await this.derive(password, {
      memory: MEMORY_KIB,
      passes: PASSES,
      parallelism: LANES,
      salt,
      tag: Buffer.alloc(TAG_BYTES),
    });
    return `$argon2id$v=${VERSION}$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${encode(salt)}$${encode(tag)}`;
  }

  /**
   * Whether the password is the one behind the hash. Without a hash the same work is done for nothing and the answer is
   * no, so that the time taken does not tell whether there is such a person.
   */
  async verify(password: string, hash: string | null): Promise<boolean> {
    const stored = hash === null ? decoy() : parse(hash);
    const tag = await this.derive(password, stored);
    return timingSafeEqual(tag, stored.tag) && hash !== null;
  }

  private async derive(password: string, { salt, tag, ...parameters }: Parameters): Promise<Buffer> {
    return this.#admission.run(
      () =>
        new Promise((resolve, reject) => {
          argon2(
            'argon2id',
            { ...parameters, message: normalise(password), nonce: salt, tagLength: tag.length },
            (error, derived) => (error ? reject(error) : resolve(derived)),
          );
        }),
    );
  }
}

/** One password, however the keyboard composed its characters. */
function normalise(password: string): string {
  return password.normalize('NFKC');
}

function decoy(): Parameters {
  return {
    memory: MEMORY_KIB,
    passes: PASSES,
    parallelism: LANES,
    salt: randomBytes(SALT_BYTES),
    tag: randomBytes(TAG_BYTES),
  };
}

function parse(hash: string): Parameters {
  const groups = PHC.exec(hash)?.groups;
  if (!groups) throw new Error('a stored password hash is not an argon2id string');
  return {
    memory: Number(groups['memory']),
    passes: Number(groups['passes']),
    parallelism: Number(groups['lanes']),
    salt: Buffer.from(groups['salt'] ?? '', 'base64'),
    tag: Buffer.from(groups['tag'] ?? '', 'base64'),
  };
}

function encode(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
