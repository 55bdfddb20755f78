import { expect, it } from '@jest/globals';
import { untilLost } from './support/environment.ts';

it('a clock that has stopped is noticed once, and is not waited for again', async () => {
  let sleeps = 0;
  const letPass = untilLost(() => ((sleeps += 1) < 3 ? Promise.resolve() : new Promise(() => undefined)), 50);
  await letPass(1);
  await letPass(1);
  await expect(letPass(1)).rejects.toThrow('is lost');
  await expect(letPass(1)).rejects.toThrow('is lost');
  expect(sleeps).toBe(3);
});
