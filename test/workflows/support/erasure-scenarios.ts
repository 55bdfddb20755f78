import type { DocumentErasureResult } from '@docket/workflows/document-erasure/contract';
import { until } from '../../support/until.ts';
import type { ErasureBench, ErasureScript, StartedErasure } from './erasure-bench.ts';

export interface PlayedErasure extends StartedErasure {
  result: DocumentErasureResult;
}

type ErasureScenario = (bench: ErasureBench) => Promise<PlayedErasure>;

/** The ways an erasure can go. It has one ending: it waits for whatever is away, and no cancellation stops it. */
export const erasureScenarios = {
  erased: plays({}),
  'erased-after-transient-failures': plays({
    supersedeDocumentRuns: failing(2, 'the database hiccuped'),
    endDocumentExecutions: failing(1, 'Temporal hiccuped'),
    eraseDocumentRows: failing(2, 'the database hiccuped'),
    eraseDocumentObjects: failing(12, 'the storage is away'),
    deleteDocumentExecutions: failing(1, 'Temporal hiccuped'),
    completeErasure: failing(2, 'the database hiccuped'),
  }),
  'erased-in-spite-of-a-cancellation': (bench) => {
    let cancelled = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      cancelled = resolve;
    });
    return plays({ eraseDocumentRows: () => asked }, async (run) => {
      await until('rows are being erased', () => run.calls.at(-1)?.name === 'eraseDocumentRows');
      await run.handle.cancel();
      cancelled();
    })(bench);
  },
} satisfies Record<string, ErasureScenario>;

function plays(
  script: ErasureScript,
  act: (run: StartedErasure) => Promise<void> = async () => undefined,
): ErasureScenario {
  return async (bench) => {
    const run = await bench.start(script);
    await act(run);
    return { ...run, result: await run.handle.result() };
  };
}

function failing(times: number, message: string): (attempt: number) => void {
  return (attempt) => {
    if (attempt <= times) throw new Error(message);
  };
}
