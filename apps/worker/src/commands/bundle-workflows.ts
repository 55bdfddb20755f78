import { writeBuildId } from '@docket/platform/build-id';
import { writeWorkflowBundle } from '../workflow-bundle.js';

const size = await writeWorkflowBundle();
console.log(`workflow bundle: ${size} bytes, build ${writeBuildId('worker')}`);
