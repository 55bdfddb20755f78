import { auditRecord, type AuditActor, type AuditFields } from '@docket/db/audit/event';
import { describe, expect, it } from '@jest/globals';

const ACTOR: AuditActor = { kind: 'api_key', id: 'key_1', requestId: 'req-1', address: '192.0.2.7' };
const AT = new Date('2026-05-05T09:12:33.120Z');

function record(
  after: AuditFields | null = null,
  before: AuditFields | null = null,
): Record<string, unknown> {
  const event = { action: 'thing.do', subject: 'thing_1', after, before };
  return JSON.parse(auditRecord('aud_1', AT, ACTOR, event)) as Record<string, unknown>;
}

/** What is written of one field. */
function written(name: string, value: unknown): unknown {
  return (record({ [name]: value })['after'] as Record<string, unknown>)[name];
}

describe('the record of an act', () => {
  it('is one canonical text: who, what, on what, before and after, by which request and from where', () => {
    const event = { action: 'thing.do', subject: 'thing_1', before: { b: 1, a: 'x' }, after: { c: true } };
    expect(auditRecord('aud_1', AT, ACTOR, event)).toBe(
      '{"action":"thing.do","actor":{"id":"key_1","kind":"api_key"},"address":"192.0.2.7","after":{"c":true},' +
        '"at":"2026-05-05T09:12:33.120Z","before":{"a":"x","b":1},"id":"aud_1","requestId":"req-1","subject":"thing_1"}',
    );
  });

  it('says null where there was nothing before or is nothing afterwards', () => {
    expect(record()).toMatchObject({ before: null, after: null });
    const bare = auditRecord('aud_1', AT, ACTOR, { action: 'thing.do', subject: 'thing_1' });
    expect(JSON.parse(bare)).toEqual(record());
  });

  it.each([
    ...[
      'password',
      'passphrase',
      'newPassword',
      'secret',
      'clientSecret',
      'token',
      'apiToken',
      'tokens',
      'tokensPerDayKey',
      'pepper',
    ],
    ...['hash', 'keyHash', 'key', 'apiKey', 'APIKEY', 'Authorization', 'cookie', 'setCookie', 'url'],
  ])('never holds what a field called %s holds, however deep', (name) => {
    expect(written(name, 'hunter2')).toBe('[redacted]');
    expect(written('list', [{ [name]: 'hunter2' }])).toEqual([{ [name]: '[redacted]' }]);
  });

  it.each([
    'monkey',
    'externalKey',
    'keyId',
    'apiKeyId',
    'hashed',
    'sourceUrl',
    'urls',
    'name',
    'passed',
    'tokensPerDay',
  ])('holds what a field called %s holds', (name) => {
    expect(written(name, 'plain')).toBe('plain');
  });

  it('keeps texts of 500 characters, and cuts what is longer without breaking a character', () => {
    expect(written('text', 'x'.repeat(500))).toBe('x'.repeat(500));
    expect(written('text', 'x'.repeat(501))).toBe(`${'x'.repeat(500)}…`);
    expect(written('text', `${'x'.repeat(499)}😀`)).toBe(`${'x'.repeat(499)}\uFFFD…`);
  });

  it('keeps numbers, truth values and nothing as they are, and times in RFC 3339', () => {
    expect(record({ n: 3, t: false, nothing: null, at: AT })['after']).toEqual({
      n: 3,
      t: false,
      nothing: null,
      at: AT.toISOString(),
    });
  });

  it('keeps a hundred items of a list and four layers of fields', () => {
    expect(
      written(
        'list',
        Array.from({ length: 101 }, (_, index) => index),
      ),
    ).toHaveLength(100);
    const layers = { one: { two: { three: { four: 'kept', five: { six: { seven: 'left out' } } } } } };
    expect(record(layers)['after']).toEqual({
      one: { two: { three: { four: 'kept', five: { six: '[deeper]' } } } },
    });
    expect(record({ one: [[[['kept', ['left out']]]]] })['after']).toEqual({
      one: [[[['kept', '[deeper]']]]],
    });
  });
});
