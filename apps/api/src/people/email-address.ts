/**
 * An address as it is stored and compared: without white space around it, composed, in lower case. Upper and lower case
 * of the part before the @ may differ by the standard; no provider lets them, and two accounts that look alike would.
 */
export function normaliseEmail(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase();
}
