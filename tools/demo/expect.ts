/** Raised when the demo sees something else than it promises: the demo then exits 1. */
export class DemoFailure extends Error {}

/** Checks a promise of the demo; everything it prints as a fact went through here. */
export function expect(holds: boolean, promise: string): void {
  if (!holds) throw new DemoFailure(`expected ${promise}`);
}

/** The code with which a call was refused; fails when it was not. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
    throw error;
  }
  throw new DemoFailure('expected a refusal, and the call succeeded');
}
