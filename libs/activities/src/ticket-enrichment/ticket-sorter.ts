import type { Example } from '@docket/db/examples';
import type { TenantDatabase } from '@docket/db/tenant-database';
import {
  LinearClassifier,
  type LabelledFeatures,
  type Prediction,
} from '@docket/domain/classification/linear-classifier';
import { textFeatures, type TextFeatures } from '@docket/domain/classification/text-features';
import { mostAlike } from '@docket/domain/enrichment/cold-start';
import { nearestExamples } from '@docket/domain/enrichment/nearest-examples';
import { teamOf, type Taxonomy } from '@docket/domain/enrichment/taxonomy';

/** Examples learned from, the newest first: what an org has labelled in a year, and a second of training. */
const EXAMPLES_MAX = 5_000;
/** Orgs whose models are kept; each takes a few megabytes. */
const ORGS_KEPT = 8;
/** Labels below which an org's examples teach nothing. */
const LABELS_LEAST = 2;

export interface Sorted {
  predictions: Record<'category' | 'priority' | 'team', Prediction>;
  /** Ids of the labelled tickets most like this one, nearest first. */
  exampleIds: string[];
}

/** What tickets of an org are sorted by. */
export interface SortingBasis {
  taxonomyVersion: number;
  taxonomy: Taxonomy;
  /** Of the org's examples, as the repository tells it. */
  examples: string;
}

interface Learned {
  fingerprint: string;
  examples: { id: string; features: TextFeatures }[];
  category: LinearClassifier | null;
  priority: LinearClassifier | null;
  team: LinearClassifier | null;
}

/**
 * Sorts tickets by what an org labelled, and by the descriptions of its taxonomy before it labelled anything. What was
 * learned is kept in memory; when examples change it is learned anew in the background, and tickets go by the old one
 * meanwhile.
 */
export class TicketSorter {
  private readonly kept = new Map<string, Learned>();
  private readonly training = new Map<string, Promise<Learned>>();

  constructor(private readonly tenants: TenantDatabase) {}

  /** Sorts by what is known already, or answers null: nothing was learned of this org yet, and `sort` takes a while. */
  sortAtOnce(orgId: string, basis: SortingBasis, text: string): Sorted | null {
    const kept = this.kept.get(orgId);
    if (!kept) return null;
    if (kept.fingerprint !== fingerprintOf(basis)) {
      // Its failure is seen by whoever learns first; until it is done the old one goes on.
      this.trained(orgId, basis).catch(() => undefined);
    }
    return sortedBy(kept, basis.taxonomy, text);
  }

  async sort(orgId: string, basis: SortingBasis, text: string): Promise<Sorted> {
    const atOnce = this.sortAtOnce(orgId, basis, text);
    return atOnce ?? sortedBy(await this.trained(orgId, basis), basis.taxonomy, text);
  }

  private trained(orgId: string, basis: SortingBasis): Promise<Learned> {
    const fingerprint = fingerprintOf(basis);
    const key = `${orgId}:${fingerprint}`;
    let training = this.training.get(key);
    if (!training) {
      training = this.learn(orgId, fingerprint, basis.taxonomy).finally(() => this.training.delete(key));
      this.training.set(key, training);
    }
    return training;
  }

  private async learn(orgId: string, fingerprint: string, taxonomy: Taxonomy): Promise<Learned> {
    const rows = await this.tenants.withTenant(orgId, (tx) =>
      tx.examples.list({ limit: EXAMPLES_MAX, beforeId: null }),
    );
    const examples = rows.map((row) => ({ row, features: textFeatures(`${row.subject}\n${row.body}`) }));
    const learned: Learned = {
      fingerprint,
      examples: examples
        .filter(({ row }) => taxonomy.categories.some(({ key }) => key === row.category))
        .map(({ row, features }) => ({ id: row.id, features })),
      category: await trained(examples, 'category', taxonomy.categories, described(taxonomy)),
      priority: await trained(examples, 'priority', taxonomy.priorities),
      team: await trained(examples, 'team', taxonomy.teams),
    };
    this.kept.delete(orgId);
    this.kept.set(orgId, learned);
    const [oldest] = this.kept.keys();
    if (this.kept.size > ORGS_KEPT && oldest !== undefined) this.kept.delete(oldest);
    return learned;
  }
}

function fingerprintOf({ taxonomyVersion, examples }: SortingBasis): string {
  return `${taxonomyVersion}:${examples}`;
}

function sortedBy(learned: Learned, taxonomy: Taxonomy, text: string): Sorted {
  const features = textFeatures(text);
  const category = learned.category?.predict(features) ?? byDescription(features, taxonomy);
  return {
    predictions: {
      category,
      priority: learned.priority?.predict(features) ?? byPriority(features, taxonomy),
      team: learned.team?.predict(features) ?? {
        label: teamOf(taxonomy, category.label) ?? '',
        confidence: category.confidence,
      },
    },
    exampleIds: nearestExamples(features, learned.examples).map(({ id }) => id),
  };
}

/**
 * What each category says of itself, as one more labelled ticket. With few labels it is worth ten points of accuracy on
 * the sample tickets; with thousands it is one voice among them.
 */
function described({ categories }: Taxonomy): LabelledFeatures[] {
  return categories.map(({ key, name, description }) => ({
    features: textFeatures(`${name}\n${description}`),
    label: key,
  }));
}

/** A model of one label, or null where too little was labelled. Labels that the taxonomy lost teach nothing. */
async function trained(
  examples: readonly { row: Example; features: TextFeatures }[],
  label: 'category' | 'priority' | 'team',
  entries: readonly { key: string }[],
  besides: readonly LabelledFeatures[] = [],
): Promise<LinearClassifier | null> {
  const keys = new Set(entries.map(({ key }) => key));
  const labelled: LabelledFeatures[] = examples.flatMap(({ row, features }) => {
    const value = row[label];
    return value !== null && keys.has(value) ? [{ features, label: value }] : [];
  });
  if (new Set(labelled.map((example) => example.label)).size < LABELS_LEAST) return null;
  const training = LinearClassifier.training([...labelled, ...besides]);
  for (;;) {
    const step = training.next();
    if (step.done) return step.value;
    // Heartbeats and other tickets go on in between.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function byDescription(features: TextFeatures, { categories }: Taxonomy): Prediction {
  const entries = categories.map(({ key, name, description }) => ({ key, text: `${name}\n${description}` }));
  return mostAlike(features, entries, entries.at(-1)?.key ?? '');
}

/** Without labels a ticket is as urgent as most: the second last of the list, where there is one. */
function byPriority(features: TextFeatures, { priorities }: Taxonomy): Prediction {
  const usual = priorities.at(-2) ?? priorities.at(-1);
  const entries = priorities.map(({ key, description }) => ({ key, text: `${key}\n${description}` }));
  const found = mostAlike(features, entries, usual?.key ?? '');
  return found.confidence >= CLEAR_SHARE ? found : { label: usual?.key ?? '', confidence: found.confidence };
}

/** Share from which a description speaks for itself; below it, likeness is chance. */
const CLEAR_SHARE = 0.5;
