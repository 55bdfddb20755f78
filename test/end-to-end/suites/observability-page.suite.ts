import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { OtlpReceiver } from '../../support/otlp-receiver.ts';
import { until } from '../../support/until.ts';
import { blocksOf, PageShell, steady, withAnswers } from '../support/page-shell.ts';
import type { TicketBench } from '../support/tickets.ts';

const REPOSITORY = resolve(import.meta.dirname, '../../..');
const PAGE = join(REPOSITORY, 'docs/observability.md');

/** Set to write the page anew instead of comparing it. */
const UPDATE = process.env['UPDATE_PAGES'] === '1';

/** As the Makefile runs them, without looking after tools and packages first. */
const FUNCTIONS = `
make() { [ "$1" = logs ] && ID="\${2#ID=}" node "$REPOSITORY/tools/stack/logs.ts"; }
node() { if [[ "$1" == tools/* ]]; then set -- "$REPOSITORY/$1" "\${@:2}"; fi; command node "$@"; }
`;

/** Runs docs/observability.md from top to bottom on the processes of a bench. */
export function runObservabilityPageSuite(on: () => { bench: TicketBench; receiver: OtlpReceiver }): void {
  let shell: PageShell;
  let home: string;

  beforeAll(async () => {
    const { bench, receiver } = on();
    const { docket, apiKey } = await bench.running.stack.newOrg(bench.running.api);
    await docket.request('GET', '/v1/me');
    shell = new PageShell(
      {
        PATH: `${join(REPOSITORY, '.docket/tools/bin')}:${process.env['PATH'] ?? ''}`,
        REPOSITORY,
        DOCKET_URL: bench.running.api.url,
        DOCKET_API_KEY: apiKey,
        TEMPORAL_ADDRESS: bench.server.address,
        TEMPORAL_NAMESPACE: bench.server.namespace,
        TEMPORAL_UI_URL: bench.server.uiUrl,
      },
      FUNCTIONS,
    );
    home = join(shell.folder, 'home');
    mkdirSync(join(home, 'logs'), { recursive: true });
    receiver.file = join(shell.folder, 'traces.jsonl');
    writeFileSync(receiver.file, '');
  });

  afterAll(() => {
    on().receiver.file = null;
    shell.remove();
  });

  it('docs/observability.md follows one id through logs, trace, Temporal and history, and shows what comes', async () => {
    const { bench, receiver } = on();
    const page = readFileSync(PAGE, 'utf8');
    const blocks = blocksOf(page);
    expect(blocks.length).toBe(9);
    const answers: string[] = [];
    for (const { command } of blocks) {
      if (command.startsWith('make logs')) await keepLogs(bench, home, shell);
      if (command.startsWith('node tools/trace'))
        await untilWhole(receiver, (await shell.run('echo $TRACE_ID')).trim());
      const within = `export DOCKET_HOME="${home}" TRACES="${receiver.file ?? ''}"\n${command}`;
      answers.push(await shell.run(within));
    }
    if (UPDATE) writeFileSync(PAGE, withAnswers(page, answers));
    expect(answers.map(steady)).toEqual((UPDATE ? answers : blocks.map(({ shown }) => shown)).map(steady));
    // Both ids are found in every place, whatever the page says.
    expect(answers[1]).toContain('the same ids');
    expect(answers[4]).toContain('True True');
  }, 90_000);
}

/** What both processes have written so far, where the local stack has it; the last line of a run is waited for. */
async function keepLogs({ running }: TicketBench, home: string, shell: PageShell): Promise<void> {
  const traceId = (await shell.run('echo $TRACE_ID')).trim();
  await until('the worker has written of the end', () =>
    running.worker.logs().some(({ msg, ctx }) => msg === 'workflow ended' && ctx['traceId'] === traceId),
  );
  for (const name of ['api', 'worker'] as const)
    writeFileSync(join(home, 'logs', `${name}.log`), `${running[name].lastLines(Infinity)}\n`);
}

/** The trace has the workflow, and nothing hangs in the air: each process sends when it likes. */
async function untilWhole(receiver: OtlpReceiver, traceId: string): Promise<void> {
  await until('the whole trace has come', () => {
    const trace = receiver.trace(traceId);
    const known = new Set(['00f067aa0ba902b7', ...trace.map(({ spanId }) => spanId)]);
    return (
      trace.some(({ name }) => name.startsWith('workflow ')) &&
      trace.every(({ parentSpanId }) => known.has(parentSpanId))
    );
  });
}
