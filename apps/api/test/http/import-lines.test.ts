import { DocketError } from '@docket/domain/errors';
import { describe, expect, it } from '@jest/globals';
import { importLines } from '../../src/http/import-lines.ts';

describe('a line of an import that is refused', () => {
  it('stops no other, and names the fields at fault as a problem does', async () => {
    const errors = [{ path: 'subject', code: 'is_text', message: 'must not be empty' }] as const;
    const report = await importLines('{"subject":""}\n{"subject":"x"}\nno json\n', (row) =>
      'subject' in row && row.subject === ''
        ? Promise.reject(
            new DocketError('request.invalid', 'subject: must not be empty', { problems: errors }),
          )
        : Promise.resolve({ id: 'one' }),
    );
    expect(report).toMatchObject({
      accepted: 1,
      refused: 2,
      rows: [
        { line: 1, outcome: 'refused', error: { code: 'request.invalid', errors } },
        { line: 2, outcome: 'accepted', accepted: { id: 'one' } },
        { line: 3, outcome: 'refused', error: { code: 'request.malformed', errors: [] } },
      ],
    });
  });
});
