import { newOrgClient } from '../client/create-org.ts';
import { demoQuestions, knowledgeBase } from '../client/samples.ts';
import { stopService } from '../stack/stop.ts';
import { up, type LocalStack } from '../stack/up.ts';
import { DemoFailure } from './expect.ts';
import {
  askQuestions,
  showFailures,
  showHistory,
  showIsolation,
  showReuse,
  uploadKnowledgeBase,
} from './story.ts';
import { enrichTickets } from './tickets.ts';

/** Everything Docket does, on real parts, with each claim checked before it is printed. */
async function main(): Promise<void> {
  const startedAt = Date.now();
  const stack = await up(() => undefined);
  try {
    // A fresh organisation each time: the demo tells the same story on a stack that has heard it before.
    const ours = await newOrgClient(stack, 'Larkspur');
    const files = knowledgeBase();
    const documents = await uploadKnowledgeBase(ours, files);
    await askQuestions(ours, demoQuestions(), documents);
    await showReuse(ours, files);
    await showFailures(ours);
    await showHistory(ours, documents);
    await enrichTickets(ours);
    await showIsolation(await newOrgClient(stack, 'Somebody else'), documents);
    console.log(`\nAll of it held, in ${((Date.now() - startedAt) / 1_000).toFixed(1)} s.`);
    console.log(whereToLook(stack));
  } finally {
    // In CI nothing may be left behind; elsewhere the stack is what one came to look at.
    if (process.env['CI'] === 'true')
      for (const name of stack.started) await stopService(stack.home.runDir, name);
  }
}

function whereToLook(stack: LocalStack): string {
  return `
API documentation   ${stack.apiUrl}/docs
Temporal Web UI     ${stack.temporalUiUrl ?? stack.temporalAddress}
Addresses and key   ${stack.home.localEnvFile}
Stop everything     make down`;
}

main().catch((error: unknown) => {
  console.error(error instanceof DemoFailure ? `\nThe demo failed: ${error.message}` : error);
  process.exit(1);
});
