/**
 * A child neither finished a file nor reached one of its limits within the wall-clock limit: the machine was too busy, or,
 * where processor time cannot be seen, perhaps the file was too much. Says nothing about the file for certain, and is worth
 * another try.
 */
export class ParserStalled extends Error {
  override readonly name = 'ParserStalled';

  constructor(stallMs: number, options?: ErrorOptions) {
    super(`The parser was not given the time to finish within ${stallMs} ms.`, options);
  }
}
