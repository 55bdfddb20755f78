import { optionalText } from './variables.js';

/** What the build itself reads, where it cannot ask git. */
export const buildConfig = {
  BUILD_COMMIT: optionalText(
    'Commit that is being built, for builds outside a git repository, such as an image; names the build of the worker.',
  ),
};

/** Which build a worker is, for the worker itself and for the command that promotes it. */
export const buildIdConfig = {
  WORKER_BUILD_ID: optionalText(
    'Name of this build, to which runs are pinned; by default the commit it was built from.',
  ),
};
