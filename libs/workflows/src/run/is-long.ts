import { workflowInfo } from '@temporalio/workflow';

/**
 * Whether an execution has come so far that another should go on for it.
 *
 * @param most of what is counted in `done`, which leaves far fewer events than the 51,200 that the server allows
 */
export function isLong(done: number, most: number): boolean {
  return done >= most || workflowInfo().continueAsNewSuggested;
}
