import mustache from 'mustache';
import type { Passage } from '../enrichment/enrichment-result.js';
import { passageLabel } from '../enrichment/enrichment-result.js';
import type { Taxonomy } from '../enrichment/taxonomy.js';
import type { FieldProblem } from '../errors/docket-error.js';

/** Both parts of a prompt version, in Mustache: values and lists, no logic and no code. */
export interface PromptTemplate {
  /** Knows the taxonomy alone, so that it is the same for every ticket of an org and can be cached by a provider. */
  system: string;
  /** Knows ticket, passages and examples. */
  template: string;
}

export interface PromptMaterial {
  taxonomy: Taxonomy;
  ticket: { subject: string; body: string; language: string | null };
  passages: readonly Pick<Passage, 'title' | 'sectionPath' | 'text'>[];
  examples: readonly LabelledTicket[];
  /** Unguessable for whoever wrote ticket or passages: what tells the end of their text from their own words. */
  fence: string;
}

export interface LabelledTicket {
  subject: string;
  body: string;
  category: string;
  priority: string | null;
  team: string | null;
}

export interface RenderedPrompt {
  system: string;
  prompt: string;
}

/** Longest part of a template, in characters. */
export const TEMPLATE_CHARACTERS_MAX = 50_000;

const VARIABLES = {
  system: new Set(['categories', 'priorities', 'teams', 'tags', 'key', 'name', 'description', 'team', '.']),
  template: new Set([
    ...['ticket', 'ticket.subject', 'ticket.body', 'ticket.language', 'subject', 'body', 'language', 'fence'],
    ...['passages', 'label', 'title', 'section', 'text', 'examples', 'category', 'priority', 'team', '.'],
  ]),
} as const;

/** The text is no HTML: what a model reads is what was written. */
const PLAIN = { escape: (value: unknown): string => String(value) };

/**
 * Fills a template. Deterministic: the same template and material give the same text. Values are put in as they are
 * and never read as templates themselves.
 *
 * @throws RangeError when ticket or passages hold the fence
 */
export function renderPrompt(template: PromptTemplate, material: PromptMaterial): RenderedPrompt {
  const { taxonomy, ticket, passages, examples, fence } = material;
  const foreign = [ticket.subject, ticket.body, ...passages.flatMap(({ title, text }) => [title, text])];
  if (foreign.some((text) => text.includes(fence))) throw new RangeError('the fence stands in the data');
  const { categories, priorities, teams, tags } = taxonomy;
  return {
    system: render(template.system, { categories, priorities, teams, tags }),
    prompt: render(template.template, {
      ticket: { ...ticket, language: ticket.language ?? '' },
      passages: passages.map(({ title, sectionPath, text }, index) => ({
        label: passageLabel(index),
        title,
        section: sectionPath.join(' > '),
        text,
      })),
      examples,
      fence,
    }),
  };
}

/**
 * What keeps a template from being used, with the field it stands in: it cannot be read, pulls other templates in, or
 * names what does not exist.
 */
export function templateProblems(template: PromptTemplate): FieldProblem[] {
  return [
    ...partProblems('system', template.system, VARIABLES.system),
    ...partProblems('template', template.template, VARIABLES.template),
  ];
}

function render(template: string, view: Record<string, unknown>): string {
  return mustache.render(template, view, {}, PLAIN);
}

/** A section's fifth part is what stands in it; a partial's is the white space before it. */
type Token = [kind: string, value: string, start: number, end: number, inside?: Token[] | string];

function partProblems(path: string, template: string, known: ReadonlySet<string>): FieldProblem[] {
  try {
    const tokens = mustache.parse(template) as unknown as Token[];
    return tokensOf(tokens).flatMap(([kind, value]): FieldProblem[] => {
      if (kind === '>') return [{ path, code: 'partial', message: `must not pull in ${value}` }];
      if (kind === 'text' || known.has(value)) return [];
      return [
        {
          path,
          code: 'unknown_variable',
          message: `${value} is not known here; known are ${[...known].join(' ')}`,
        },
      ];
    });
  } catch (error) {
    return [{ path, code: 'template', message: error instanceof Error ? error.message : 'cannot be read' }];
  }
}

function tokensOf(tokens: readonly Token[]): Token[] {
  return tokens
    .filter(([kind]) => kind !== '!' && kind !== '=')
    .flatMap((token) => [token, ...tokensOf(Array.isArray(token[4]) ? token[4] : [])]);
}
