import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inParallel } from '../../../tools/client/in-parallel.ts';

const turn = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('inParallel', () => {
  it('does every item once, in their order, never more at once than asked and as many as that', async () => {
    const sizes = fc.record({ count: fc.nat({ max: 40 }), atOnce: fc.integer({ min: 1, max: 10 }) });
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.infiniteStream(fc.integer({ min: 1, max: 3 })),
        async ({ count, atOnce }, turns) => {
          const items = Array.from({ length: count }, (_, index) => `item ${index}`);
          const done: string[] = [];
          let running = 0;
          let most = 0;
          await inParallel(items, atOnce, async (item, index) => {
            expect(item).toBe(items[index]);
            done.push(item);
            running += 1;
            most = Math.max(most, running);
            for (let left = Number(turns.next().value); left > 0; left -= 1) await turn();
            running -= 1;
          });
          expect(done).toEqual(items);
          expect(most).toBe(Math.min(atOnce, count));
          expect(running).toBe(0);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('does items that look like nothing too', async () => {
    const done: unknown[] = [];
    await inParallel([0, '', null, false], 2, async (item) => void done.push(item));
    expect(done).toEqual([0, '', null, false]);
  });

  it('fails with the first failure', async () => {
    const failing = inParallel([1, 2, 3], 2, async (item) => {
      if (item === 2) throw new Error('item 2 failed');
    });
    await expect(failing).rejects.toThrow('item 2 failed');
  });
});
