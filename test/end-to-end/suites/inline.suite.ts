import { describe, expect, it } from '@jest/globals';
import { ended } from '../support/documents.ts';
import type { EndToEnd } from '../support/environment.ts';

interface StartedAnswer {
  id?: string;
  documentId?: string;
  state: string;
  runId: string | null;
}

function text(subject: string): object {
  return {
    title: subject,
    text: `# ${subject}\n\nA ${subject} hangs in the hall.\n`,
    mediaType: 'text/markdown',
  };
}

export function runInlineSuite(on: () => EndToEnd): void {
  describe('a text sent inline', () => {
    it('is answered 202 with where to look, and is indexed', async () => {
      const answer = await on().docket.request<StartedAnswer>('POST', '/v1/documents', text('barometer'));
      const { documentId } = answer.body;
      expect(answer.status).toBe(202);
      expect(answer.headers.get('location')).toBe(`/v1/documents/${documentId}`);
      expect(answer.body).toMatchObject({
        version: 1,
        state: 'uploaded',
        runId: expect.stringMatching(/^run_/),
      });
      expect(await ended(on(), documentId ?? '')).toMatchObject({ state: 'indexed', title: 'barometer' });
    });

    it('is answered 200 with the indexed document when the client prefers to wait', async () => {
      const answer = await on().docket.request<StartedAnswer>('POST', '/v1/documents', text('hygrometer'), {
        prefer: 'wait=30',
      });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('preference-applied')).toBe('wait=30');
      expect(answer.body).toMatchObject({
        id: expect.stringMatching(/^doc_/),
        state: 'indexed',
        chunkCount: 1,
      });
      expect(answer.body.runId).toMatch(/^run_/);
    });

    it('is answered 200 at once when the same text is indexed already', async () => {
      const wait = { prefer: 'wait=30' };
      await on().docket.request('POST', '/v1/documents', text('altimeter'), wait);
      const again = await on().docket.request<StartedAnswer>(
        'POST',
        '/v1/documents',
        text('altimeter'),
        wait,
      );
      expect(again).toMatchObject({ status: 200, body: { state: 'indexed', runId: null } });
    });
  });

  it('an upload may be announced by the client, who may wait for its end', async () => {
    const bytes = Buffer.from('# Telescope\n\nThe telescope stands on the roof.\n');
    const file = { fileName: 'telescope.md', mediaType: 'text/markdown', bytes };
    const { documentId } = await on().docket.upload(file);
    const answer = await on().docket.request<StartedAnswer>(
      'POST',
      `/v1/documents/${documentId}/uploaded`,
      {},
      {
        prefer: 'wait=30',
      },
    );
    expect(answer).toMatchObject({ status: 200, body: { id: documentId, state: 'indexed' } });
  });
}
