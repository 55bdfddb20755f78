import { normalise } from './folding.js';

/** Frequent small words that are told apart from those of the neighbours. A language is a row, nothing else. */
const SMALL_WORDS: Readonly<Record<string, string>> = {
  en: 'the and is are was you your we our to of in for with not this that have has can do does it i my me how what when where please on at be will from they there but if',
  de: 'der die das und ist sind war sie wir unser ich nicht mit für auf ein eine einen dem den zu von haben hat kann wie was wann wo bitte es im am aber wenn noch auch mir uns',
  fr: 'le la les et est sont nous vous je ne pas avec pour un une des du de que qui dans sur au aux ce cette mon notre votre comment quand bonjour merci plus mais il elle',
  es: 'el los las y es son nosotros usted no con para un una de que en por se lo su mi nuestro cómo cuándo dónde hola gracias pero está han puede desde muy',
  it: 'il lo gli e è sono noi non con per un una di che in del della mi come quando dove ciao grazie ma si questo nostra nostro anche può dal nel',
  pt: 'o os as e é são nós não com para um uma de que em do da no na por se meu nosso como quando onde olá obrigado mas está você pode foi',
  nl: 'de het een en is zijn wij u niet met voor van op dat te in ik mijn onze hoe wat wanneer waar graag maar ook naar heeft kan bij er nog',
  sv: 'och är vi inte med för av på att det en ett jag min vår hur vad när var men också till har kan från som om den de',
  da: 'og er vi ikke med for af på at det en et jeg min vores hvordan hvad hvornår hvor men også til har kan fra som om den de',
  pl: 'i jest są my nie z dla na to w się jak co kiedy gdzie proszę ale do mam nasz od po czy jestem może być już tylko',
  tr: 've bir bu için ile değil mi ne nasıl zaman nerede ama çok var yok ben biz daha gibi olarak kadar lütfen merhaba',
};

const BY_WORD = new Map<string, string[]>();
for (const [language, words] of Object.entries(SMALL_WORDS)) {
  for (const word of words.split(' ')) BY_WORD.set(word, [...(BY_WORD.get(word) ?? []), language]);
}

/** Scripts that stand for a language by themselves, or nearly: Cyrillic is taken for Russian unless it is Ukrainian. */
const SCRIPTS: readonly [language: string, pattern: RegExp, leastShare?: number][] = [
  // Japanese mixes its own syllables with Han; a tenth of them settles it.
  ['ja', /[\p{Script=Hiragana}\p{Script=Katakana}]/gu, 0.1],
  ['ko', /\p{Script=Hangul}/gu],
  ['zh', /\p{Script=Han}/gu],
  // The letters that only Ukrainian has need not be frequent.
  ['uk', /[іїєґІЇЄҐ]/gu, 0.01],
  ['ru', /\p{Script=Cyrillic}/gu],
  ['el', /\p{Script=Greek}/gu],
  ['ar', /\p{Script=Arabic}/gu],
  ['he', /\p{Script=Hebrew}/gu],
  ['hi', /\p{Script=Devanagari}/gu],
  ['th', /\p{Script=Thai}/gu],
];

const SAMPLE_CHARACTERS = 4_096;
/** Share of all letters from which a script decides: names and quotes in another one are common. */
const SCRIPT_SHARE = 0.3;
/** Points by which the first must lead the second: fewer small words could be anything. */
const LEAST_LEAD = 1;

/**
 * The language of a short text, by its script or its small words, as a BCP 47 primary subtag; null where neither says
 * enough, which for a ticket of three words is the honest answer.
 */
export function guessLanguage(text: string): string | null {
  const sample = normalise(text.slice(0, SAMPLE_CHARACTERS)).toLowerCase();
  const letters = sample.match(/\p{L}/gu)?.length ?? 0;
  if (letters === 0) return null;
  const byScript = SCRIPTS.find(
    ([, pattern, leastShare = SCRIPT_SHARE]) => (sample.match(pattern)?.length ?? 0) / letters >= leastShare,
  );
  if (byScript) return byScript[0];
  return byWords(sample.match(/\p{L}+/gu) ?? []);
}

function byWords(words: readonly string[]): string | null {
  const points = new Map<string, number>();
  for (const word of words) {
    const languages = BY_WORD.get(word) ?? [];
    // A word that four languages share says a quarter as much.
    for (const language of languages)
      points.set(language, (points.get(language) ?? 0) + 1 / languages.length);
  }
  const [first, second] = [...points].sort(([, left], [, right]) => right - left);
  if (!first || first[1] < 1 || first[1] - (second?.[1] ?? 0) < LEAST_LEAD) return null;
  return first[0];
}
