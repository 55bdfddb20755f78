import { stackHome } from './home.ts';
import { runCommandLine } from './stack-error.ts';
import { stopAll } from './stop.ts';

async function main(): Promise<void> {
  const stopped = await stopAll(stackHome());
  console.log(stopped.length > 0 ? `stopped ${stopped.join(', ')}; the data is kept` : 'nothing was running');
}

if (import.meta.main) await runCommandLine(main);
