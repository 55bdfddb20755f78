import { CompleteErasure } from './complete-erasure.activity.js';
import type { DocumentErasureDependencies } from './document-erasure.dependencies.js';
import type { DocumentErasureActivities } from './document-erasure.types.js';
import { DeleteDocumentExecutions, EndDocumentExecutions } from './document-executions.activities.js';
import { EraseDocumentObjects } from './erase-document-objects.activity.js';
import { EraseDocumentRows } from './erase-document-rows.activity.js';
import { SupersedeDocumentRuns } from './supersede-document-runs.activity.js';

export type { DocumentErasureDependencies, ExecutionRemover } from './document-erasure.dependencies.js';

/** The activities of `documentErasure`, bound to what they need. */
export function createDocumentErasureActivities(on: DocumentErasureDependencies): DocumentErasureActivities {
  const supersede = new SupersedeDocumentRuns(on);
  const end = new EndDocumentExecutions(on);
  const rows = new EraseDocumentRows(on);
  const objects = new EraseDocumentObjects(on);
  const executions = new DeleteDocumentExecutions(on);
  const complete = new CompleteErasure(on);
  return {
    supersedeDocumentRuns: (subject) => supersede.run(subject),
    endDocumentExecutions: (subject) => end.run(subject),
    eraseDocumentRows: (subject) => rows.run(subject),
    eraseDocumentObjects: (subject) => objects.run(subject),
    deleteDocumentExecutions: (subject) => executions.run(subject),
    completeErasure: (subject) => complete.run(subject),
  };
}
