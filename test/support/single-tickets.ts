import { setTimeout as pause } from 'node:timers/promises';
import { percentile } from '../../tools/bench/percentiles.ts';
import { waitUntil } from '../../tools/stack/wait.ts';
import type { DocketClient } from '../../tools/client/docket-client.ts';
import { ARTICLE } from '../end-to-end/support/tickets.ts';

export const TICKET_BODY = 'When does the payroll export run every night?';
const WAIT = { prefer: 'wait=30' };
const LOOK_MS = 1_000;
/** Beyond any queue that a test makes: it has been lost. */
const LATEST_MS = 600_000;

/** Tickets of an organisation that are sent one by one, and waited for, as a help desk does. */
export class SingleTickets {
  #sent = 0;

  private constructor(private readonly docket: DocketClient) {}

  /** With something to find. */
  static async of(docket: DocketClient): Promise<SingleTickets> {
    const document = { title: 'Payroll exports', text: ARTICLE, mediaType: 'text/markdown' };
    await docket.request('POST', '/v1/documents', document, WAIT);
    return new SingleTickets(docket);
  }

  /** So many a second, however long each takes; resolves with the 95th percentile of what they took, in milliseconds. */
  async send(many: number, perSecond: number): Promise<number> {
    const times: number[] = [];
    const under: Promise<void>[] = [];
    for (let sent = 0; sent < many; sent += 1) {
      under.push(this.#one().then((took) => void times.push(took)));
      await pause(1_000 / perSecond);
    }
    await Promise.all(under);
    return percentile(times, 0.95);
  }

  async #one(): Promise<number> {
    const number = (this.#sent += 1);
    const startedAt = performance.now();
    const ticket = {
      externalId: `single-${number}`,
      subject: `Payroll export ${number}`,
      body: TICKET_BODY,
    };
    const { status, body } = await this.docket.request<{ ticketId: string }>(
      'POST',
      '/v1/tickets',
      ticket,
      WAIT,
    );
    // Not waited for to its end: what that took has to be found out another way.
    const isEnriched =
      status === 200 ||
      (await waitUntil(() => this.#isEnriched(body.ticketId), { timeoutMs: LATEST_MS, everyMs: LOOK_MS }));
    if (!isEnriched) throw new Error(`the ticket ${body.ticketId} was never enriched`);
    return performance.now() - startedAt;
  }

  async #isEnriched(ticketId: string): Promise<boolean> {
    const { body } = await this.docket.request<{ enrichment: { state: string } | null }>(
      'GET',
      `/v1/tickets/${ticketId}`,
    );
    return body.enrichment?.state === 'ready';
  }
}
