import { DocketError, type FieldProblem } from '@docket/domain/errors';
import { dictionary } from '@zxcvbn-ts/language-common';

export const PASSWORD_MIN_LENGTH = 12;
export const PASSWORD_MAX_LENGTH = 128;

/** The passwords most often found in leaks, with the most frequent words of any language that people build them from. */
const COMMON: ReadonlySet<string> = new Set(dictionary['passwords-common']);

/** What people put around or between to make a common password long enough. */
const DECORATION = /[^\p{L}]+/gu;
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '@': 'a',
  $: 's',
};

/**
 * Refuses a new password that others would guess: too short, on the list of common ones, such a one with digits and
 * signs around it, one thing repeated, or the person's own address.
 *
 * @param path the field, for the answer
 * @throws DocketError `request.invalid`
 */
export function checkNewPassword(password: string, email: string, path: string): void {
  const problem = problemOf(password.normalize('NFKC'), email);
  if (!problem) return;
  throw new DocketError('request.invalid', `${path}: ${problem.message}`, {
    problems: [{ path, ...problem }],
  });
}

function problemOf(password: string, email: string): Omit<FieldProblem, 'path'> | null {
  const length = [...password].length;
  if (length < PASSWORD_MIN_LENGTH)
    return { code: 'too_short', message: `must have at least ${PASSWORD_MIN_LENGTH} characters` };
  if (length > PASSWORD_MAX_LENGTH)
    return { code: 'too_long', message: `must have at most ${PASSWORD_MAX_LENGTH} characters` };
  if (isGuessable(password.toLowerCase(), email))
    return { code: 'too_common', message: 'is too easy to guess. Take several unrelated words' };
  return null;
}

function isGuessable(password: string, email: string): boolean {
  const variants = [password, withoutLookAlikes(password)];
  const cores = variants.flatMap((variant) => [variant, variant.replace(DECORATION, '')]);
  const own = [email, email.split('@')[0] ?? ''].filter((text) => text.length > 3);
  return (
    cores.some((core) => COMMON.has(core) || own.includes(core)) ||
    isRepeated(password) ||
    // Nothing but digits and signs: dates, numbers and rows of keys.
    password.replace(DECORATION, '') === ''
  );
}

function withoutLookAlikes(password: string): string {
  return [...password].map((letter) => LOOK_ALIKES[letter] ?? letter).join('');
}

/** Whether it is a piece of at most six characters over and over. */
function isRepeated(password: string): boolean {
  return /^(.{1,6}?)\1+.{0,5}$/su.test(password) && new Set(password).size <= 6;
}
