import type { LogLine } from './log-lines.ts';

/** Fields of a line's `ctx` by which it belongs together with others. */
const JOINING = ['requestId', 'traceId', 'runId', 'workflowId'] as const;

/** Workflows in which work of many requests passes: through their ids everything would belong to everything. */
const SHARED_WORKFLOW = /^(sweep|run-batch|enrichment-batch|replay-batch|reembedding)\b/;

/**
 * The lines that hold an id, and all that belong to them: a line that names two ids of one piece of work, as the line about a
 * run's beginning does, leads from one to the other. A line that holds the id without naming it as one of its own, such as
 * one about an organisation, stands for itself.
 */
export function joinedLines(lines: readonly LogLine[], id: string): LogLine[] {
  const idsOf = new Map(lines.map((line) => [line, joiningIds(line.text)]));
  const found = new Set(lines.filter((line) => line.text.includes(id)));
  const known = new Set([id]);
  let open = [...found].flatMap((line) => leadsOn(idsOf.get(line) ?? [], id));
  while (open.length > 0) {
    const fresh = new Set(open.filter((each) => !known.has(each)));
    for (const each of fresh) known.add(each);
    const gained = lines.filter(
      (line) => !found.has(line) && (idsOf.get(line) ?? []).some((each) => fresh.has(each)),
    );
    for (const line of gained) found.add(line);
    open = gained.flatMap((line) => idsOf.get(line) ?? []);
  }
  return lines.filter((line) => found.has(line));
}

/** From where the search starts it goes on only along ids of the same work: the id itself, or a workflow's that holds it. */
function leadsOn(ids: readonly string[], id: string): readonly string[] {
  return ids.some((each) => each.includes(id)) ? ids : [];
}

function joiningIds(text: string): string[] {
  const context = contextOf(text);
  return JOINING.flatMap((name) => {
    const value = context[name];
    return typeof value === 'string' && !SHARED_WORKFLOW.test(value) ? [value] : [];
  });
}

function contextOf(text: string): Record<string, unknown> {
  if (!text.startsWith('{')) return {};
  try {
    const line = JSON.parse(text) as { ctx?: Record<string, unknown> | null };
    return line.ctx ?? {};
  } catch {
    // A line cut by a kill, or text that happens to begin like JSON.
    return {};
  }
}
