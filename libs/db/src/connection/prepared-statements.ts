/**
 * What one connection has parsed and planned under a name. Several uses of a statement may be under way before the first
 * of them is answered, and that one may fail: until it has gone well, the others send the statement along without a name.
 */
export class PreparedStatements {
  readonly #names = new Map<string, { name: string; isThere: boolean }>();
  #named = 0;

  /**
   * How to use a statement now: by the name it has, as the unnamed one, or under a new name, which whoever asked has to
   * {@link settle}.
   */
  use(text: string): { name: string; parses: boolean; isNaming: boolean } {
    const known = this.#names.get(text);
    if (known?.isThere) return { name: known.name, parses: false, isNaming: false };
    if (known) return { name: '', parses: true, isNaming: false };
    this.#named += 1;
    const name = `docket_${this.#named}`;
    this.#names.set(text, { name, isThere: false });
    return { name, parses: true, isNaming: true };
  }

  /** Says how naming a statement came out. A name that is in doubt is never used again. */
  settle(text: string, isThere: boolean): void {
    const known = this.#names.get(text);
    if (isThere && known) known.isThere = true;
    else this.#names.delete(text);
  }
}
