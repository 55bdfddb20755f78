import type { FieldProblem } from '../errors/docket-error.js';

/** What an org sorts its tickets by. Keys are what a model may answer; nothing else gets through. */
export interface Taxonomy {
  categories: TaxonomyCategory[];
  tags: { key: string; description?: string }[];
  teams: { key: string; name: string }[];
  /** Most urgent first. */
  priorities: { key: string; description: string }[];
}

export interface TaxonomyCategory {
  key: string;
  name: string;
  description: string;
  /** Who takes care of it unless the answer says otherwise. */
  team?: string;
}

/** Most entries of one list: all of them stand in every prompt. */
export const TAXONOMY_ENTRIES_MAX = 200;

/** Longest key of an entry. */
export const TAXONOMY_KEY_CHARACTERS_MAX = 64;
/** Form of such a key. */
export const TAXONOMY_KEY = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** What an org starts with before it says what it wants. Served as version 0. */
export const DEFAULT_TAXONOMY: Taxonomy = {
  categories: [
    { key: 'question', name: 'Question', description: 'Asks how something works or how to do something.' },
    { key: 'problem', name: 'Problem', description: 'Something fails, shows an error or behaves wrongly.' },
    { key: 'billing', name: 'Billing', description: 'Invoices, payments, prices, plans, refunds.' },
    { key: 'access', name: 'Access', description: 'Signing in, passwords, permissions, accounts.' },
    { key: 'request', name: 'Request', description: 'Wants a change, a feature or something to be done.' },
    { key: 'other', name: 'Other', description: 'Anything else, spam and messages without a request.' },
  ],
  tags: [],
  teams: [{ key: 'support', name: 'Support' }],
  priorities: [
    { key: 'urgent', description: 'Work has stopped for many people, or money or data is being lost.' },
    { key: 'high', description: 'Somebody cannot do their work and knows no way around it.' },
    { key: 'normal', description: 'An ordinary question or a problem with a way around it.' },
    { key: 'low', description: 'A remark, an idea, or something that can wait.' },
  ],
};

/** Everything that is wrong with a taxonomy, with the path of each problem; empty for a usable one. */
export function taxonomyProblems(taxonomy: Taxonomy): FieldProblem[] {
  const teams = new Set(taxonomy.teams.map(({ key }) => key));
  return [
    ...listProblems('categories', taxonomy.categories, 1),
    ...listProblems('tags', taxonomy.tags, 0),
    ...listProblems('teams', taxonomy.teams, 1),
    ...listProblems('priorities', taxonomy.priorities, 1),
    ...taxonomy.categories.flatMap(({ team }, index): FieldProblem[] =>
      team === undefined || teams.has(team)
        ? []
        : [{ path: `categories.${index}.team`, code: 'unknown_team', message: `there is no team ${team}` }],
    ),
  ];
}

function listProblems(path: string, entries: readonly { key: string }[], least: number): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (entries.length < least)
    problems.push({ path, code: 'too_few', message: `must have at least ${least}` });
  if (entries.length > TAXONOMY_ENTRIES_MAX)
    problems.push({ path, code: 'too_many', message: `must have at most ${TAXONOMY_ENTRIES_MAX}` });
  const seen = new Set<string>();
  entries.forEach(({ key }, index) => {
    const at = `${path}.${index}.key`;
    if (!TAXONOMY_KEY.test(key))
      problems.push({ path: at, code: 'key', message: 'must be lower-case letters, digits, - and _' });
    if (seen.has(key)) problems.push({ path: at, code: 'duplicate', message: `${key} is there twice` });
    seen.add(key);
  });
  return problems;
}

/** The team a ticket of this category goes to when nobody says otherwise. */
export function teamOf(taxonomy: Taxonomy, category: string): string | null {
  return taxonomy.categories.find(({ key }) => key === category)?.team ?? taxonomy.teams[0]?.key ?? null;
}
