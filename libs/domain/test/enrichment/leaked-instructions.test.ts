import { describe, expect, it } from '@jest/globals';
import { readModelReply } from '@docket/domain/enrichment/model-reply';
import { settleOutput } from '@docket/domain/enrichment/settle-output';
import { context, reply, TAXONOMY } from './fixtures.ts';

const INSTRUCTIONS =
  'You prepare support tickets for the people who answer them. For each ticket you sort it and draft a reply.';
const told = (changes: Parameters<typeof reply>[0]): string => JSON.stringify(reply(changes));

describe('a text that repeats the instructions', () => {
  it('is worth a repair, and is emptied when it comes again', () => {
    const raw = told({ summary: `As I was told: ${INSTRUCTIONS.toUpperCase()}` });
    expect(readModelReply(raw, TAXONOMY).ok).toBe(true);
    const asked = context({ instructions: INSTRUCTIONS });
    expect(settleOutput(raw, asked, true).outcome).toBe('repair');
    expect(settleOutput(raw, asked, false)).toMatchObject({
      outcome: 'settled',
      result: { summary: '', answerable: true },
    });
  });

  it('costs the reply, and nothing is said against the same words in a short prompt', () => {
    const raw = told({ reply: `${reply().reply} ${INSTRUCTIONS}` });
    expect(settleOutput(raw, context({ instructions: INSTRUCTIONS }), false)).toMatchObject({
      result: { answerable: false, suggestedReply: null },
    });
    expect(settleOutput(raw, context({ instructions: 'Draft a reply.' }), false)).toMatchObject({
      result: { answerable: true },
    });
  });
});
