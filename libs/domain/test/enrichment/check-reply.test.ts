import { describe, expect, it } from '@jest/globals';
import { checkReply } from '@docket/domain/enrichment/check-reply';
import { context, PASSAGE, reply } from './fixtures.ts';

describe('a checked reply', () => {
  it('shows the source of a citation with its own characters and offsets', () => {
    const { result, problems } = checkReply(
      reply({
        citations: [
          { marker: 1, passage: 'P1', quote: 'minutes,  and the "finished" mail\ngoes to the owner' },
        ],
      }),
      context(),
    );
    expect(problems).toEqual([]);
    const [citation] = result.suggestedReply?.citations ?? [];
    expect(citation).toMatchObject({ chunkId: 'c1', documentId: 'd1', marker: 1, title: 'Payroll exports' });
    expect(citation?.quote).toBe('minutes, and the “finished” mail goes to the owner');
    const { charStart, charEnd } = citation ?? { charStart: 0, charEnd: 0 };
    expect(PASSAGE.text.slice(charStart - PASSAGE.charStart, charEnd - PASSAGE.charStart)).toBe(
      citation?.quote,
    );
  });

  it.each([
    ['an altered quote', { passage: 'P1', quote: 'The payroll export runs every night at 03:00.' }],
    ['a quote of another passage', { passage: 'P2', quote: 'The payroll export runs every night at 02:00.' }],
    ['an invented passage', { passage: 'P9', quote: 'The payroll export runs every night at 02:00.' }],
    ['a quote too short to mean anything', { passage: 'P1', quote: 'every night' }],
    ['a quote with dots in it', { passage: 'P1', quote: 'The payroll export … at 02:00.' }],
    ['another case', { passage: 'P1', quote: 'the payroll export runs every night at 02:00.' }],
  ])('is withheld when all it stands on is %s, and its classification is kept', (_, citation) => {
    const { result, withheld } = checkReply(reply({ citations: [{ marker: 1, ...citation }] }), context());
    expect(result).toMatchObject({
      answerable: false,
      abstainReason: 'citations_unsupported',
      suggestedReply: null,
      category: { key: 'exports' },
    });
    expect(withheld).toBe(true);
  });

  it('loses an unsupported citation and its marker, and is shown when every statement keeps another', () => {
    const { result, withheld } = checkReply(
      reply({
        reply: 'It runs at two. [1] [2] Ask again tomorrow.',
        citations: [
          { marker: 1, passage: 'P1', quote: 'runs every night at 02:00' },
          { marker: 2, passage: 'P1', quote: 'runs every morning at 06:00' },
        ],
      }),
      context(),
    );
    expect(result.suggestedReply?.text).toBe('It runs at two. [1] Ask again tomorrow.');
    expect(result.suggestedReply?.citations.map(({ marker }) => marker)).toEqual([1]);
    expect(withheld).toBe(false);
  });

  it('is withheld when one statement loses all it stands on, though another keeps its own', () => {
    const { result } = checkReply(
      reply({
        reply: 'It runs at two. [1] You get a refund. [2]',
        citations: [
          { marker: 1, passage: 'P1', quote: 'runs every night at 02:00' },
          { marker: 2, passage: 'P1', quote: 'refunds are paid at once' },
        ],
      }),
      context(),
    );
    expect(result.abstainReason).toBe('citations_unsupported');
  });

  it('is withheld when a marker has no citation, or no marker stands in it', () => {
    expect(checkReply(reply({ reply: 'At two. [7]' }), context()).result.suggestedReply).toBeNull();
    expect(checkReply(reply({ reply: 'At two.' }), context()).result.suggestedReply).toBeNull();
  });

  it('shows no citation that its text does not refer to', () => {
    const citations = [
      { marker: 1, passage: 'P1', quote: 'runs every night at 02:00' },
      { marker: 2, passage: 'P2', quote: 'A password can be reset from the sign-in page.' },
    ];
    const { result } = checkReply(reply({ citations }), context());
    expect(result.suggestedReply?.citations.map(({ marker }) => marker)).toEqual([1]);
  });

  it('drops a marker under which one of two quotes is false', () => {
    const citations = [
      { marker: 1, passage: 'P1', quote: 'runs every night at 02:00' },
      { marker: 1, passage: 'P1', quote: 'and is free of charge for ever' },
    ];
    expect(checkReply(reply({ citations }), context()).result.suggestedReply).toBeNull();
  });

  it('names no address that stands in no passage it cites', () => {
    const text = 'It runs at two. [1] More on https://evil.example/login';
    expect(checkReply(reply({ reply: text }), context()).result.suggestedReply).toBeNull();
    const other = 'It runs at two. [1] Write to help@larkspur.example';
    expect(checkReply(reply({ reply: other }), context()).result.suggestedReply).toBeNull();
  });

  it('may name an address of a passage it cites, or of the allow list', () => {
    const own = 'It runs at two. [1] More on https://help.larkspur.example/exports.';
    expect(checkReply(reply({ reply: own }), context()).result.answerable).toBe(true);
    const listed = 'It runs at two. [1] See status.larkspur.example';
    expect(checkReply(reply({ reply: listed }), context()).result.answerable).toBe(false);
    expect(
      checkReply(reply({ reply: listed }), context({ allowedAddresses: ['larkspur.example'] })).result
        .answerable,
    ).toBe(true);
  });

  it('is in the language of the ticket', () => {
    const text = 'Der Export läuft jede Nacht um zwei und ist nach vier Minuten fertig. [1]';
    expect(checkReply(reply({ reply: text }), context()).result.suggestedReply).toBeNull();
    expect(checkReply(reply({ reply: text }), context({ language: 'de' })).result.answerable).toBe(true);
  });

  it('abstains without passages, with passages too weak, and when the model says so', () => {
    const none = checkReply(reply(), context({ passages: new Map() }));
    expect(none).toMatchObject({ withheld: false, result: { abstainReason: 'no_passage' } });
    const weak = checkReply(reply(), context({ retrievalHolds: false }));
    expect(weak).toMatchObject({ withheld: false, result: { abstainReason: 'below_threshold' } });
    const own = checkReply(reply({ answerable: false, reply: null, citations: [] }), context());
    expect(own).toMatchObject({ withheld: false, result: { abstainReason: 'below_threshold' } });
  });

  it('sends the ticket to the team of its category when the model names none', () => {
    expect(checkReply(reply(), context()).result.team).toBe('payroll');
    expect(checkReply(reply({ category: 'access' }), context()).result.team).toBe('support');
  });
});
