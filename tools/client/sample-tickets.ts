import type { Taxonomy } from '@docket/domain/enrichment/taxonomy';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = join(import.meta.dirname, '../../samples/tickets.json');

/** A labelled ticket of the samples. */
export interface SampleTicket {
  id: string;
  split: 'tune' | 'report';
  kind: 'plain' | 'typos' | 'language' | 'unanswerable' | 'hostile';
  language: string;
  category: string;
  priority: string;
  subject: string;
  body: string;
  /** Passages that answer it; none where nothing in the knowledge base does. */
  answers: { document: string; quote: string }[];
}

const { taxonomy, tickets } = JSON.parse(readFileSync(FILE, 'utf8')) as {
  taxonomy: Taxonomy;
  tickets: SampleTicket[];
};

export function sampleTickets(): readonly SampleTicket[] {
  return tickets;
}

/** What the sample tickets are sorted by. */
export function sampleTaxonomy(): Taxonomy {
  return taxonomy;
}
