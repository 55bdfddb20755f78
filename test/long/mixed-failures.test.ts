import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { devServer, EndToEnd } from '../end-to-end/support/environment.ts';
import { expectMixedFailuresComeBack } from '../support/mixed-failures.ts';

describe('200 failures of thirteen codes, retried by five hands at once', () => {
  let on: EndToEnd;
  beforeAll(async () => {
    on = await EndToEnd.open(devServer);
  }, 120_000);
  afterAll(() => on.close(), 120_000);

  it(
    'are counted right, come back once each, and everything ends',
    () => expectMixedFailuresComeBack(on, { count: 200, withinMs: 120_000 }),
    2 * 120_000,
  );
});
