import { DocketError } from '@docket/domain/errors';
import type { ImportedRowDto, ImportReportDto } from './import-report.dto.js';
import { NDJSON } from './ndjson.js';

/** Most lines of one request: a second or two of work, and a report that fits a screen of scrolling. */
export const LINES_MAX = 1_000;
/** Lines in work at once: as many connections as one request may have. */
const AT_ONCE = 4;

/**
 * Does something with every line of an NDJSON body and reports what became of each. A line that cannot be read or is
 * refused stops no other; a fault of the service stops all, and what was taken stays taken.
 *
 * @throws DocketError `request.invalid` for a body of another kind, without lines or with too many
 */
export async function importLines(
  body: unknown,
  take: (row: object) => Promise<Record<string, unknown>>,
): Promise<ImportReportDto> {
  const lines = linesOf(body);
  const rows: ImportedRowDto[] = [];
  const queue = [...lines.entries()];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, { line, text }] = next;
      rows[index] = await takeLine(line, text, take);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const accepted = rows.filter(({ outcome }) => outcome === 'accepted').length;
  return { accepted, refused: rows.length - accepted, rows };
}

function linesOf(body: unknown): { line: number; text: string }[] {
  if (typeof body !== 'string')
    throw new DocketError('request.invalid', `Send one JSON object per line, as ${NDJSON}.`);
  const lines = body
    .split('\n')
    .map((text, index) => ({ line: index + 1, text: text.trim() }))
    .filter(({ text }) => text !== '');
  if (lines.length === 0 || lines.length > LINES_MAX)
    throw new DocketError('request.invalid', `Send 1 to ${LINES_MAX} lines; there are ${lines.length}.`);
  return lines;
}

async function takeLine(
  line: number,
  text: string,
  take: (row: object) => Promise<Record<string, unknown>>,
): Promise<ImportedRowDto> {
  try {
    return { line, outcome: 'accepted', accepted: await take(objectOf(text)) };
  } catch (error) {
    if (!(error instanceof DocketError)) throw error;
    const { code, message, problems } = error;
    return { line, outcome: 'refused', error: { code, message, errors: [...problems] } };
  }
}

function objectOf(text: string): object {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new DocketError('request.malformed', 'The line is not valid JSON.');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new DocketError('request.invalid', 'The line is not a JSON object.');
  return parsed;
}
