import snowball from 'snowball-stemmers';

/**
 * Stems kept per algorithm. A help centre has some 5,000 to 20,000 distinct words; 20,000 entries take about
 * 2 MB.
 */
const CACHED_STEMS = 20_000;

type Stem = (word: string) => string;

const stemmers = new Map<string, Stem>();

/**
 * The stemming function of a Snowball algorithm (snowballstem.org), made once per process. A call costs some
 * 15 µs and words repeat, so stems are cached; a full cache is emptied, which is simpler than ageing and
 * costs one warm-up per 20,000 new words.
 */
export function stemmerFor(algorithm: string): Stem {
  const known = stemmers.get(algorithm);
  if (known !== undefined) return known;
  const created = cached(algorithm);
  stemmers.set(algorithm, created);
  return created;
}

function cached(algorithm: string): Stem {
  const stemmer = snowball.newStemmer(algorithm);
  const stems = new Map<string, string>();
  return (word) => {
    const hit = stems.get(word);
    if (hit !== undefined) return hit;
    const stem = stemmer.stem(word);
    if (stems.size >= CACHED_STEMS) stems.clear();
    stems.set(word, stem);
    return stem;
  };
}
