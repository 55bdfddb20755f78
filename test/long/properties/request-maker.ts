import fc from 'fast-check';
import { parseTypeId, type IdKind } from '@docket/domain/ids/type-id';
import { hostileBody, hostileText, nearlyValid, validValue } from './arbitraries.ts';
import type { PropertyOperation } from './described-api.ts';
import { unknownId } from './own-requests.ts';

/** What kind of id stands behind a part of a path. */
const KINDS: Record<string, IdKind> = {
  documents: 'document',
  collections: 'collection',
  runs: 'run',
  users: 'user',
  members: 'user',
  teams: 'team',
  invitations: 'invitation',
  'api-keys': 'apiKey',
  'embedding-profiles': 'embeddingProfile',
  tickets: 'ticket',
  enrichments: 'enrichment',
  examples: 'example',
  sessions: 'session',
  orgs: 'org',
};
const PREFIXES: Record<string, string> = { user: 'usr', team: 'tea', apiKey: 'key', embeddingProfile: 'emb' };

export type Manner = 'valid' | 'nearly_valid' | 'hostile';

export interface MadeRequest {
  manner: Manner;
  path: string;
  mediaType: string | null;
  body: string | null;
}

/** Ids that answers showed, by kind: what one request makes the next one may ask for. */
export class SeenIds {
  readonly #byKind = new Map<IdKind, string[]>();

  /** @param excluded ids that the run itself stands on, such as that of the caller */
  constructor(private readonly excluded: ReadonlySet<string>) {}

  harvest(text: string): void {
    for (const [id] of text.matchAll(/\b[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}\b/g)) {
      if (this.excluded.has(id)) continue;
      for (const kind of new Set(Object.values(KINDS))) {
        if (parseTypeId(kind, id) === null) continue;
        const known = this.#byKind.get(kind) ?? [];
        if (known.includes(id)) continue;
        // The newest are asked for: the older ones are mostly gone.
        this.#byKind.set(kind, [...known.slice(-40), id]);
      }
    }
  }

  pick(kind: IdKind, turn: number): string {
    const known = this.#byKind.get(kind) ?? [];
    return known[turn % known.length] ?? unknownId(PREFIXES[kind] ?? kind.slice(0, 3));
  }
}

/** Makes requests of one operation, the same ones for the same seed. */
export class RequestMaker {
  constructor(private readonly seen: SeenIds) {}

  make(operation: PropertyOperation, manner: Manner, seed: number): MadeRequest {
    const one = <T>(arbitrary: fc.Arbitrary<T>): T => {
      const [value] = fc.sample(arbitrary, { seed, numRuns: 1 });
      return value as T;
    };
    const path = `${this.pathOf(operation, manner, seed)}${this.queryOf(operation, manner, one)}`;
    if (!operation.body) return { manner, path, mediaType: null, body: null };
    if (manner === 'hostile' && seed % 2 === 0) {
      const { mediaType, text } = one(hostileBody);
      return { manner, path, mediaType, body: text };
    }
    const { mediaType, schema } = operation.body;
    const valid = one(validValue(schema));
    const value = manner === 'valid' ? valid : one(nearlyValid(valid));
    return {
      manner,
      path,
      mediaType,
      body: mediaType !== 'application/json' && typeof value === 'string' ? value : JSON.stringify(value),
    };
  }

  private pathOf({ path }: PropertyOperation, manner: Manner, seed: number): string {
    const parts = path.split('/');
    return parts
      .map((part, place) => {
        if (!part.startsWith('{')) return part;
        if (manner === 'hostile' && seed % 3 === 0) {
          const [text] = fc.sample(hostileText, { seed, numRuns: 1 });
          return encodeURIComponent((text ?? '').toWellFormed().slice(0, 300)) || 'x';
        }
        const kind = KINDS[parts[place - 1] ?? ''];
        if (!kind) return part === '{name}' ? 'ticket-enrichment' : 'production';
        return this.seen.pick(kind, seed + place);
      })
      .join('/');
  }

  private queryOf(
    { query }: PropertyOperation,
    manner: Manner,
    one: <T>(arbitrary: fc.Arbitrary<T>) => T,
  ): string {
    const asked = query.filter((_, index) => one(fc.nat({ max: 5 })) === index % 6);
    const texts = asked.map(({ name, schema }) => {
      const value = manner === 'valid' && name !== 'cursor' ? one(validValue(schema)) : one(hostileText);
      return `${name}=${encodeURIComponent(String(value).toWellFormed())}`;
    });
    return texts.length === 0 ? '' : `?${texts.join('&')}`;
  }
}
