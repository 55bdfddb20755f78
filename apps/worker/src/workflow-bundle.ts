import { bundleWorkflowCode } from '@temporalio/worker';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the build puts the workflows: a worker that bundles at start is ready a second later. */
export const WORKFLOW_BUNDLE_PATH = fileURLToPath(new URL('../dist/bundle/workflows.js', import.meta.url));

/**
 * Largest bundle that is let through, in bytes. The SDK alone is 1.6 MB; a jump means that a library got into the
 * sandbox, and every workflow task would pay for it.
 */
const WORKFLOW_BUNDLE_LIMIT = 2_000_000;

/**
 * Bundles every workflow and writes the file.
 *
 * @throws Error when the bundle is larger than its budget
 */
export async function writeWorkflowBundle(): Promise<number> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(import.meta.resolve('@docket/workflows/bundle-entry')),
    workflowInterceptorModules: [
      fileURLToPath(import.meta.resolve('@docket/workflows/interceptors/trace-header')),
      fileURLToPath(import.meta.resolve('@docket/workflows/interceptors/payload-size')),
    ],
    logger: silentLogger,
  });
  const size = Buffer.byteLength(code);
  if (size > WORKFLOW_BUNDLE_LIMIT) {
    throw new Error(
      `the workflow bundle has ${size} bytes, more than its budget of ${WORKFLOW_BUNDLE_LIMIT}`,
    );
  }
  mkdirSync(dirname(WORKFLOW_BUNDLE_PATH), { recursive: true });
  writeFileSync(WORKFLOW_BUNDLE_PATH, code);
  return size;
}

const silentLogger = {
  log: () => undefined,
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: (message: string) => process.stderr.write(`${message}\n`),
  error: (message: string) => process.stderr.write(`${message}\n`),
};
