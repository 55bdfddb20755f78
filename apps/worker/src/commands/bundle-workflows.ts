import { writeBuildId } from '../build-id.js';
import { writeWorkflowBundle } from '../workflow-bundle.js';

const size = await writeWorkflowBundle();
console.log(`workflow bundle: ${size} bytes, build ${writeBuildId()}`);
