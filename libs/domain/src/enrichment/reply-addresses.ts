/**
 * Everything in a text that somebody could click, write to or call: addresses of the web with or without their scheme,
 * mail addresses, and telephone numbers. Deliberately greedy: a false alarm costs a repair, a miss costs a customer.
 */
export function addressesIn(text: string): string[] {
  const plain = text.normalize('NFKC').replace(/[\u200b-\u200d\u2060\ufeff\u00ad]/gu, '');
  const found = [
    ...plain.matchAll(/\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s<>"')\]]+/giu),
    ...plain.matchAll(/\b(?:javascript|data|mailto|tel|sms):[^\s<>"')\]]+/giu),
    ...plain.matchAll(/[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu),
    ...plain.matchAll(/(?<![\p{L}\p{N}@.-])(?:[\p{L}\p{N}-]+\.)+(?:\p{L}{2,24})(?:\/[^\s<>"')\]]*)?/gu),
    ...plain.matchAll(/(?<![\p{N}.,])\+?\(?\p{N}[\p{N}\s()./-]{6,}\p{N}/gu),
  ].map(([match]) => match.replace(/[.,;:!?]+$/u, ''));
  return [...new Set(found.filter((address) => !isOrdinary(address)))];
}

/** Names of files, abbreviations, versions, dates and plain numbers, which look like addresses and lead nowhere. */
function isOrdinary(address: string): boolean {
  if (/^(?:e\.g|i\.e|a\.m|p\.m|z\.b|u\.a|d\.h|etc)\.?$/iu.test(address)) return true;
  if (
    /^[\p{L}\p{N}_-]+\.(?:csv|json|md|txt|pdf|docx?|xlsx?|png|jpe?g|html?|xml|ya?ml|log|zip|ics)$/iu.test(
      address,
    )
  )
    return true;
  const digits = address.replace(/\P{N}/gu, '');
  const isNumber = /^[\p{N}\s()./+-]+$/u.test(address);
  return isNumber && (digits.length < 7 || /^\d{4}-\d{2}-\d{2}(?:[ \d:.-]*)$/.test(address));
}

/**
 * Addresses of a reply that stand neither in a passage it cites nor on the org's allow list. An entry of the list is a
 * host (with its subdomains), a mail address or a whole address.
 */
export function foreignAddresses(
  reply: string,
  citedPassages: readonly string[],
  allowed: readonly string[],
): string[] {
  const sources = citedPassages.map(comparable);
  return addressesIn(reply).filter((address) => {
    const wanted = comparable(address);
    return !sources.some((source) => standsIn(source, wanted)) && !isAllowed(wanted, allowed);
  });
}

/** As a whole: what is merely the beginning of a longer address in the source is another address. */
function standsIn(source: string, wanted: string): boolean {
  for (let at = source.indexOf(wanted); at >= 0; at = source.indexOf(wanted, at + 1)) {
    const before = source.charAt(at - 1);
    const after = source.slice(at + wanted.length, at + wanted.length + 2);
    if (!/[\p{L}\p{N}@.-]/u.test(before) && !/^(?:[\p{L}\p{N}@_%-]|[./:][\p{L}\p{N}])/u.test(after))
      return true;
  }
  return false;
}

function isAllowed(address: string, allowed: readonly string[]): boolean {
  const host = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/@\s]*@)?([^/:?#\s]+)/.exec(address)?.[1] ?? address;
  return allowed
    .map(comparable)
    .some(
      (entry) =>
        address === entry ||
        (!entry.includes('@') &&
          !address.includes('@') &&
          isWeb(address) &&
          (host === entry || host.endsWith(`.${entry}`))),
    );
}

/** The host decides only where the address is one of the web: `javascript:` has none. */
function isWeb(address: string): boolean {
  return /^https?:\/\//.test(address) || !address.includes(':');
}

function comparable(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
