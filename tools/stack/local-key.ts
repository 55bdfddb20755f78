import { builtFile, commandEnvironment, type AppPlan } from './apps.ts';
import { runCommand } from './command.ts';
import { readLocalEnv } from './local-env.ts';
import { StackError } from './stack-error.ts';

const ANSWER_MS = 10_000;

/** The key of the org named local: the one already written down while the API accepts it, else a new org's. */
export async function localApiKey(plan: AppPlan, apiUrl: string): Promise<string> {
  const { DOCKET_API_KEY: known } = readLocalEnv(plan.home);
  if (known !== undefined && (await isAccepted(apiUrl, known))) return known;
  const output = await runCommand({
    name: 'create-org',
    node: plan.tools.node,
    args: [builtFile(plan.home, 'apps/api/dist/commands/create-org.js'), '--name', 'local'],
    environment: commandEnvironment(plan),
    workingDir: plan.home.repo,
    logsDir: plan.home.logsDir,
  });
  const key = keyIn(output);
  if (key !== undefined) return key;
  throw new StackError(
    'create-org printed no JSON line with an apiKey.',
    'run it by hand and see what it prints.',
  );
}

/** Only a plain refusal means that the key is of another database; a fault is no reason for another org. */
async function isAccepted(apiUrl: string, key: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${key}` };
  const answer = await fetch(`${apiUrl}/v1/me`, { headers, signal: AbortSignal.timeout(ANSWER_MS) });
  return answer.status !== 401;
}

/** The last line, since a command may print warnings before it. */
export function keyIn(output: string): string | undefined {
  const line = output.trim().split('\n').at(-1) ?? '';
  try {
    const answer: unknown = JSON.parse(line);
    if (typeof answer !== 'object' || answer === null || !('apiKey' in answer)) return undefined;
    return typeof answer.apiKey === 'string' ? answer.apiKey : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
