import { describe, expect, it } from '@jest/globals';
import { detectLanguage } from '@docket/domain/text/language-detection';

describe('detectLanguage', () => {
  it.each([
    ['How do I reset the password of a person who has left?', 'en'],
    ['| Code | What it means | What to do |\n| LSP-1 | The link has expired | Request a new one |', 'en'],
    ['Wie kann ich das Kennwort einer Person zurücksetzen, die gegangen ist?', 'de'],
    ['Comment réinitialiser le mot de passe de quelqu’un qui est parti ?', 'fr'],
    ['¿Cómo puedo cambiar la contraseña de una persona que se ha ido?', 'es'],
    ['Come posso cambiare la parola di accesso di una persona che non lavora più qui?', 'it'],
    ['Como posso mudar a senha de uma pessoa que já não trabalha aqui?', 'pt'],
    ['Hoe kan ik het wachtwoord van iemand die weg is opnieuw instellen?', 'nl'],
    ['Miten voin vaihtaa lähteneen henkilön salasanan?', 'und'],
    ['如何更改已离职员工的密码', 'zh'],
    ['비밀번호를 어떻게 바꾸나요', 'ko'],
    ['Our office in 東京 opens at nine and the others an hour later.', 'en'],
    ['どうすればパスワードを変更できますか', 'ja'],
    ['{"port": 8080, "host": "example"}', 'und'],
    ['', 'und'],
  ])('%s is %s', (text, language) => {
    expect(detectLanguage(text)).toBe(language);
  });

  it('answers only with a candidate', () => {
    expect(detectLanguage('man die in', ['en'])).toBe('en');
    expect(detectLanguage('wie ist das', ['en'])).toBe('und');
  });
});
