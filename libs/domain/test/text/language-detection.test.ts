import { describe, expect, it } from '@jest/globals';
import { detectLanguage } from '@docket/domain/text/language-detection';

describe('detectLanguage', () => {
  it.each([
    ['How do I reset the password of a person who has left?', 'en'],
    ['| Code | What it means | What to do |\n| LSP-1 | The link has expired | Request a new one |', 'en'],
    ['Wie kann ich das Kennwort einer Person zurücksetzen, die gegangen ist?', 'und'],
    ['Comment réinitialiser le mot de passe de quelqu’un qui est parti ?', 'und'],
    ['どうすればパスワードを変更できますか', 'und'],
    ['{"port": 8080, "host": "example"}', 'und'],
    ['', 'und'],
  ])('%s is %s', (text, language) => {
    expect(detectLanguage(text)).toBe(language);
  });
});
