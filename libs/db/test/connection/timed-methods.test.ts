import { describe, expect, it } from '@jest/globals';
import { observeMethods, timed, timeRepositories } from '../../src/connection/timed-methods.ts';

class Shelf {
  readonly #books: string[] = [];
  constructor(private readonly place: string) {}

  async add(title: string): Promise<string> {
    await this.inner();
    this.#books.push(title);
    return `${title} in ${this.place}`;
  }
  async lose(): Promise<never> {
    await this.inner();
    throw new Error(`lost in ${this.place}`);
  }
  async inner(): Promise<void> {}
  count(): number {
    return this.#books.length;
  }
}

class Library {
  readonly shelf = new Shelf('A');
  get shelves(): Shelf {
    return new Shelf('B');
  }
}

const seen: string[] = [];

describe('methods of repositories', () => {
  it('are left as they are where nobody observes them', () => {
    const shelf = new Shelf('A');
    expect(timed(shelf)).toBe(shelf);
  });

  it('are observed by name, once each, however they end, and do what they did', async () => {
    observeMethods((method, tookMs) => {
      expect(tookMs).toBeGreaterThanOrEqual(0);
      seen.push(method);
    });
    const shelf = timed(new Shelf('A'));
    expect(shelf).toBeInstanceOf(Shelf);
    await expect(shelf.add('Emma')).resolves.toBe('Emma in A');
    await expect(shelf.lose()).rejects.toThrow('lost in A');
    expect(shelf.count()).toBe(1);
    expect(seen).toEqual(['Shelf.add', 'Shelf.lose']);
  });

  it('are observed of whatever a transaction hands out', async () => {
    timeRepositories(Library.prototype);
    seen.length = 0;
    await new Library().shelves.inner();
    expect(seen).toEqual(['Shelf.inner']);
  });
});
