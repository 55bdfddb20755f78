import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Turn } from '../support/anthropic-stand-in.ts';
import { everythingShown, plantedSecrets, secretsGiven } from './support/planted-secrets.ts';
import { OtlpReceiver } from '../support/otlp-receiver.ts';
import { quietTemporal } from '../support/quiet-temporal.ts';
import { until } from '../support/until.ts';
import { runDecisionsSuite } from './suites/decisions.suite.ts';
import { runReplaysSuite } from './suites/replays.suite.ts';
import { runTicketActsSuite } from './suites/ticket-acts.suite.ts';
import { runTicketInputSuite } from './suites/ticket-input.suite.ts';
import {
  COST_OF_A_CALL,
  GOOD as good,
  reply,
  SENTENCE,
  TicketBench,
  type Enriched,
  type EnrichmentAnswer,
  type TicketScript,
} from './support/tickets.ts';

jest.setTimeout(60_000);
quietTemporal();

let bench: TicketBench;
let receiver: OtlpReceiver;
let docket: TicketBench['docket'];

beforeAll(async () => {
  receiver = await OtlpReceiver.start();
  // Everything is traced, for the sake of what must not be in a trace.
  const traced = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_TRACES_SAMPLER_ARG: '1' };
  bench = await TicketBench.open({ ...plantedSecrets(), ...traced });
  ({ docket } = bench);
}, 120_000);

afterAll(async () => {
  await bench.close();
  await receiver.stop();
}, 60_000);

const enrich = (script: TicketScript): Promise<Enriched> => bench.enrich(script);

const first =
  (turn: Turn): ((call: number) => Turn) =>
  (call) =>
    call === 1 ? turn : good;

describe('a ticket', () => {
  it('becomes a reply whose citation is the source’s own text, and the trace says what it cost', async () => {
    const { state, result, trace } = await enrich(() => good);
    expect({ state, error: result?.abstainReason }).toEqual({ state: 'ready', error: null });
    expect(result?.suggestedReply?.citations).toMatchObject([{ marker: 1, quote: SENTENCE }]);
    expect(result?.provider).toBe('anthropic');
    expect(trace).toMatchObject({ costMicros: COST_OF_A_CALL, repaired: false, problems: [] });
  });

  it.each([
    [
      'a rate limit',
      { kind: 'error', status: 429, type: 'rate_limit_error', retryAfter: '1' },
      'model.rate_limited',
    ],
    [
      'an overload',
      { kind: 'error', status: 529, type: 'overloaded_error', retryAfter: '1' },
      'model.overloaded',
    ],
    ['a failure', { kind: 'error', status: 500, type: 'api_error' }, 'model.unavailable'],
    ['silence', { kind: 'hang' }, 'model.timeout'],
    ['a slow drip', { kind: 'drip', text: reply() }, 'model.timeout'],
    ['a cut connection', { kind: 'cut', text: reply() }, 'model.unavailable'],
    ['half an event', { kind: 'truncated-json', text: reply() }, 'model.unavailable'],
    ['an event that is no JSON', { kind: 'invalid-json' }, 'model.unavailable'],
  ] as [string, Turn, string][])('outlasts %s, and pays for one answer', async (_, turn, code) => {
    const { state, trace } = await enrich(first(turn));
    expect(state).toBe('ready');
    const parameters = { effort: 'low', maxOutputTokens: 8_000 };
    expect(trace.calls).toMatchObject([{ parameters }, { parameters }]);
    expect(trace.calls.map(({ outcome }) => outcome)).toEqual([code, 'completed']);
    expect(trace.costMicros).toBe(COST_OF_A_CALL);
  });

  it.each([
    ['output that is no JSON', { kind: 'answer', text: 'Sure! Here you go.' }],
    ['a category off the taxonomy', { kind: 'answer', text: reply({ category: 'root' }) }],
    ['a reply without citations', { kind: 'answer', text: reply({ citations: [] }) }],
    [
      'a link that no passage has',
      { kind: 'answer', text: reply({ reply: 'At two. [1] See https://evil.example' }) },
    ],
  ] as [string, Turn][])('has %s repaired once, and pays for both', async (_, turn) => {
    const { state, result, trace } = await enrich(first(turn));
    expect({ state, answerable: result?.answerable }).toEqual({ state: 'ready', answerable: true });
    expect(trace.calls.map(({ round }) => round)).toEqual([0, 1]);
    expect(trace).toMatchObject({ repaired: true, costMicros: 2 * COST_OF_A_CALL });
  });

  it('fails with the raw output in its trace when one repair does not help', async () => {
    const { state, error, trace } = await enrich(() => ({ kind: 'answer', text: '{"off":"schema"}' }));
    expect({ state, code: error?.code }).toEqual({ state: 'failed', code: 'model.output_invalid' });
    expect(trace.calls.map(({ output }) => output)).toEqual(['{"off":"schema"}', '{"off":"schema"}']);
    expect(trace.costMicros).toBe(2 * COST_OF_A_CALL);
  });

  it.each([
    ['an altered quote', { passage: 'P1', quote: 'The payroll export runs every night at 03:00.' }],
    ['an invented quote', { passage: 'P1', quote: 'Refunds are paid within one day.' }],
    ['a passage of nobody', { passage: 'P77', quote: SENTENCE }],
  ])('never shows %s: the reply is withheld and the classification kept', async (_, citation) => {
    const { state, result } = await enrich(() => ({
      kind: 'answer',
      text: reply({ citations: [{ marker: 1, ...citation }] }),
    }));
    expect(state).toBe('ready');
    expect(result).toMatchObject({
      answerable: false,
      abstainReason: 'citations_unsupported',
      suggestedReply: null,
      category: { key: 'question' },
    });
  });

  it.each([
    ['a refusal', { kind: 'refusal', explanation: 'I may not.' }, 'model.refused', COST_OF_A_CALL],
    [
      'a truncated answer',
      { kind: 'answer', text: '{"summ', stopReason: 'max_tokens' },
      'model.output_truncated',
      COST_OF_A_CALL,
    ],
    ['a wrong key', { kind: 'error', status: 401, type: 'authentication_error' }, 'model.unauthorized', 0],
    [
      'a bad request',
      { kind: 'error', status: 400, type: 'invalid_request_error' },
      'model.request_invalid',
      0,
    ],
  ] as [string, Turn, string, number][])('ends at once for %s, asked once', async (_, turn, code, cost) => {
    const { state, error, trace } = await enrich(() => turn);
    expect({ state, code: error?.code }).toEqual({ state: 'failed', code });
    expect(trace.calls).toHaveLength(1);
    expect(trace.costMicros).toBe(cost);
  });

  it('keeps its answer though the token counts are nonsense', async () => {
    const usage = { input_tokens: -7, cache_read_input_tokens: null };
    const { state, trace } = await enrich(() => ({ kind: 'answer', text: reply(), usage }));
    expect({ state, cost: trace.costMicros }).toEqual({ state: 'ready', cost: 2_000 });
  });

  it('sent again unchanged is enriched once; changed, it is the next revision', async () => {
    const { ticketId } = await enrich(() => good);
    const { body: ticket } = await docket.request<{ externalId: string; subject: string; body: string }>(
      'GET',
      `/v1/tickets/${ticketId}`,
    );
    const { externalId, subject, body } = ticket;
    const same = await docket.request('POST', '/v1/tickets', { externalId, subject, body });
    expect(same.body).toMatchObject({ ticketId, revision: 1 });
    const asked = bench.callsOf.get(externalId);
    // A burst of changes is read as one.
    for (let change = 1; change <= 5; change += 1)
      await docket.request('POST', '/v1/tickets', { externalId, subject, body: `${body} And ${change}?` });
    await until('the newest revision is enriched', async () => {
      const now = await docket.request<{ enrichment: { revision: number; state: string } }>(
        'GET',
        `/v1/tickets/${ticketId}`,
      );
      return now.body.enrichment.revision === 6 && now.body.enrichment.state === 'ready';
    });
    expect((bench.callsOf.get(externalId) ?? 0) - (asked ?? 0)).toBe(1);
  });

  it('that changes while the model is asked is answered for its newest text', async () => {
    const name = bench.nameFor((call) => ({ ...good, delayMs: call === 1 ? 700 : 0 }));
    const send = (body: string) =>
      docket.request<{ ticketId: string }>('POST', '/v1/tickets', {
        externalId: name,
        subject: `Payroll export ${name}`,
        body,
      });
    const { body } = await send('When does the payroll export run?');
    await until('the model is asked', () => bench.callsOf.get(name) === 1);
    await send('When does the payroll export run every night?');
    await until('the newer one is ready', async () => {
      const { body: all } = await docket.request<{ data: { state: string; revision: number }[] }>(
        'GET',
        `/v1/tickets/${body.ticketId}/enrichments`,
      );
      const states = all.data.map(({ state, revision }) => `${revision} ${state}`);
      return states.join() === '2 ready,1 superseded';
    });
  });

  it('can be asked about again, under a version of the prompt that exists', async () => {
    const { ticketId } = await enrich(() => good);
    await expect(
      docket.request('POST', `/v1/tickets/${ticketId}/enrichments`, { promptVersion: 99 }),
    ).rejects.toMatchObject({ status: 404, code: 'prompt.not_found' });
    const version = {
      system: 'Sort it.',
      template: '{{ticket.subject}}\n{{#passages}}{{text}}{{/passages}}',
      note: 'n',
    };
    await docket.request('POST', '/v1/prompts/ticket-enrichment/versions', version);
    const { body } = await docket.request<EnrichmentAnswer & { trace: { prompt: { version: number } } }>(
      'POST',
      `/v1/tickets/${ticketId}/enrichments`,
      { promptVersion: 2, model: 'claude-haiku-5-5' },
      { prefer: 'wait=20' },
    );
    expect(body.trace.prompt.version).toBe(2);
    expect(bench.standIn.asked.at(-1)?.body).toMatchObject({
      model: 'claude-haiku-5-5',
      system: [{ text: 'Sort it.' }],
    });
  });

  it('of one organisation is unknown to another, under the same external id too', async () => {
    const { ticketId, id } = await enrich(() => good);
    const { docket: stranger } = await bench.running.stack.newOrg(bench.running.api);
    for (const path of [`/v1/tickets/${ticketId}`, `/v1/enrichments/${id}`])
      await expect(stranger.request('GET', path)).rejects.toMatchObject({ status: 404 });
    const { body: own } = await docket.request<{ externalId: string }>('GET', `/v1/tickets/${ticketId}`);
    const { externalId } = own;
    const { body } = await stranger.request<{ revision: number; enrichment: EnrichmentAnswer }>(
      'POST',
      '/v1/tickets',
      { externalId, subject: 'x', body: 'When does the payroll export run?' },
      { prefer: 'wait=20' },
    );
    expect(body).toMatchObject({ revision: 1, enrichment: { result: { abstainReason: 'no_passage' } } });
  });

  it('too large, or a line that is broken, is refused by itself', async () => {
    await expect(
      docket.request('POST', '/v1/tickets', { externalId: 'big', subject: 's', body: 'x'.repeat(70_000) }),
    ).rejects.toMatchObject({ code: 'ticket.too_large' });
    const lines = [
      '{"externalId":"i1","subject":"😀","body":"😀\\u0000😀"}',
      'no json',
      '{"externalId":"i2"}',
    ];
    const response = await docket.send(
      'POST',
      '/v1/tickets/import',
      lines.join('\n'),
      'application/x-ndjson',
    );
    expect(response).toMatchObject({
      accepted: 1,
      refused: 2,
      rows: [
        { line: 1, outcome: 'accepted' },
        { error: { code: 'request.malformed' } },
        { error: { code: 'request.invalid' } },
      ],
    });
  });
});

runTicketActsSuite(() => bench);
runTicketInputSuite(() => bench);
runDecisionsSuite(() => bench);
runReplaysSuite(() => bench);

describe('a secret', () => {
  it('is in no log, metric, history, error or span, whatever has failed', async () => {
    const { stack } = bench.running;
    const errors: string[] = [];
    // A request whose database goes away, and a process that finds none.
    const cut = stack.database.asAdmin(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name like 'docket-%'`,
    );
    const asked = Array.from({ length: 20 }, () =>
      docket.request('GET', '/v1/me').catch((error: unknown) => errors.push(String(error))),
    );
    await Promise.all([cut, ...asked]);
    const address = new URL(stack.environment['DATABASE_URL'] ?? '');
    address.port = '1';
    await stack
      .startApi({ DATABASE_URL: address.href })
      .catch((error: unknown) => errors.push(String(error)));
    expect(errors.at(-1)).toContain('ended while starting');
    const everything = await everythingShown(bench.running, bench.temporal);
    const shown = [...errors, ...everything, ...receiver.bodies].join('\n');
    // What is looked through is what it should be: a wait for the model, a count, a history.
    for (const word of [
      '"askModel"',
      'docket_http_request_duration_seconds',
      'EVENT_TYPE_WORKFLOW_EXECUTION_STARTED',
      '"name":"activity askModel"',
    ])
      expect(shown).toContain(word);
    const given = secretsGiven(bench.running);
    expect(given.map(([name]) => name)).toEqual(
      expect.arrayContaining([
        'DATABASE_URL',
        'API_KEY_PEPPER',
        'AUTH_SIGNING_KEYS',
        'ANTHROPIC_API_KEY',
        'REDIS_URL',
        'OTEL_EXPORTER_OTLP_HEADERS',
      ]),
    );
    expect(given.filter(([, secret]) => shown.includes(secret)).map(([name]) => name)).toEqual([]);
  });
});
