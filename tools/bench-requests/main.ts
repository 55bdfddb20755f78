import { measureRequestsOn } from '../bench/requests.ts';
import { up } from '../stack/up.ts';

async function main(): Promise<void> {
  const stack = await up(() => undefined);
  console.log(JSON.stringify(await measureRequestsOn(stack, `bench-requests-${Date.now()}`), null, 2));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
