import { TestEnvironment } from 'jest-environment-node';

/**
 * Runs no test after the first that fails: a mistake is noticed by then, and with one that hangs each further test would
 * wait for its time limit. Jest's own `bail` ends a run after a file and not within one.
 */
export default class FirstFailureEnvironment extends TestEnvironment {
  #failed = false;

  handleTestEvent({ name, test }) {
    if (name === 'test_fn_failure' || name === 'hook_failure') this.#failed = true;
    // What failed before the first test is told by every test of it, and by none that is left out.
    if (name === 'test_start' && this.#failed && test.errors.length === 0) test.mode = 'skip';
  }
}
