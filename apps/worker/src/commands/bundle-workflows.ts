import { writeWorkflowBundle } from '../workflow-bundle.js';

const size = await writeWorkflowBundle();
console.log(`workflow bundle: ${size} bytes`);
