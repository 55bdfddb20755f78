import { describe, expect, it } from '@jest/globals';
import { enrichmentHasEnded, enrichmentStatesThatMayBecome } from '@docket/domain/enrichment/state-rules';
import { packPassages } from '@docket/domain/enrichment/pack-passages';
import {
  retrievalConfidence,
  retrievalSignals,
  signalTerms,
} from '@docket/domain/enrichment/retrieval-confidence';
import { extractiveReply } from '@docket/domain/enrichment/extractive-reply';
import { DEFAULT_TAXONOMY, taxonomyProblems } from '@docket/domain/enrichment/taxonomy';
import { guessLanguage } from '@docket/domain/text/language-guess';
import { OTHER, PASSAGE, TAXONOMY } from './fixtures.ts';

describe('the states of an enrichment', () => {
  it('let a superseded one become nothing else, and a failed one begin again', () => {
    expect(enrichmentStatesThatMayBecome('ready')).not.toContain('superseded');
    expect(enrichmentStatesThatMayBecome('queued')).toEqual(['queued', 'ready', 'failed', 'cancelled']);
    expect(enrichmentStatesThatMayBecome('superseded')).toEqual([
      'queued',
      'running',
      'waiting_for_provider',
      'awaiting_decision',
      'superseded',
    ]);
    expect(enrichmentHasEnded('waiting_for_provider')).toBe(false);
    expect(enrichmentHasEnded('ready')).toBe(true);
    expect(enrichmentHasEnded('awaiting_decision')).toBe(true);
  });
});

describe('a taxonomy', () => {
  it('is usable as it comes', () => {
    expect(taxonomyProblems(DEFAULT_TAXONOMY)).toEqual([]);
  });

  it('names each of its problems', () => {
    const broken = {
      ...TAXONOMY,
      teams: [{ key: 'A', name: 'A' }],
      priorities: [],
      tags: [{ key: 'x' }, { key: 'x' }],
    };
    expect(taxonomyProblems(broken).map(({ path, code }) => `${path} ${code}`)).toEqual([
      'tags.1.key duplicate',
      'teams.0.key key',
      'priorities too_few',
      'categories.0.team unknown_team',
    ]);
  });
});

describe('the passages of a prompt', () => {
  it('hold no near-duplicate, no more than the budget, and the best one in any case', () => {
    const copy = { ...PASSAGE, text: `${PASSAGE.text} Today.` };
    expect(packPassages([PASSAGE, copy, OTHER])).toEqual([PASSAGE, OTHER]);
    const long = { ...PASSAGE, text: 'word '.repeat(20_000) };
    expect(packPassages([long, { ...OTHER, text: 'word two '.repeat(5_000) }])).toEqual([long]);
  });
});

describe('retrieval confidence', () => {
  const frequencies = {
    chunkTotal: 100,
    byTerm: new Map(signalTerms('export payroll').map((term) => [term, 3])),
  };
  const confidence = (text: string): number =>
    retrievalConfidence(
      retrievalSignals(text, [{ title: PASSAGE.title, headings: [], text: PASSAGE.text }], frequencies),
    );

  it('is higher for what the passage is about than for anything else, and lowest without passages', () => {
    expect(confidence('When does the payroll export run every night?')).toBeGreaterThan(
      confidence('Can I bring my dog to the swimming pool?'),
    );
    expect(retrievalConfidence(retrievalSignals('export', [], frequencies))).toBeLessThan(0.05);
  });
});

describe('the extractive reply', () => {
  it('is nothing but quotes with their markers', () => {
    const made = extractiveReply('When does the payroll export run?', 'en', [PASSAGE, OTHER]);
    expect(made?.citations[0]).toEqual({
      marker: 1,
      passage: 'P1',
      quote: 'The payroll export runs every night at 02:00.',
    });
    expect(made?.reply).toContain('The payroll export runs every night at 02:00. [1]');
  });

  it('is not made across languages', () => {
    expect(extractiveReply('Wann läuft der Export?', 'de', [PASSAGE])).toBeNull();
    expect(extractiveReply('When?', 'xx', [PASSAGE])).toBeNull();
  });
});

describe('the language of a ticket', () => {
  it.each([
    ['en', 'How do I reset my password? It is not working for me.'],
    ['de', 'Wie kann ich mein Passwort zurücksetzen? Es geht nicht.'],
    ['fr', 'Comment je peux réinitialiser mon mot de passe ? Merci pour votre aide.'],
    ['es', '¿Cómo puedo cambiar mi contraseña? No puedo entrar en la cuenta, gracias.'],
    ['ja', 'パスワードを再設定するにはどうすればよいですか'],
    ['zh', '如何重置我的密码'],
    ['ru', 'Как сбросить пароль?'],
    ['uk', 'Як змінити пароль у моєму обліковому записі?'],
  ])('is told: %s', (language, text) => {
    expect(guessLanguage(text)).toBe(language);
  });

  it('is unknown for too little', () => {
    expect(guessLanguage('export csv')).toBeNull();
    expect(guessLanguage('😀 123')).toBeNull();
  });
});
