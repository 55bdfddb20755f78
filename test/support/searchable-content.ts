import pg from 'pg';

/** Everything a search reads of one content, as digests that do not depend on ids, times or the way it came about. */
export interface SearchableContent {
  sha256: string;
  state: string;
  chunkCount: number;
  /** Of each passage in order: place, headings and text. */
  passages: string | null;
  /** Of each passage's lexical weights in order. */
  weights: string | null;
  /** Of each passage's vector in order. */
  vectors: string | null;
}

export interface SearchableState {
  contents: SearchableContent[];
  /** Of all term counts that a query of this org would read. */
  frequencies: string | null;
  /** By SHA-256 of their current bytes, how many documents are searchable. */
  documents: Record<string, number>;
}

const CONTENTS = `
  select encode(c.sha256, 'hex') as sha256, c.state, c.chunk_count as "chunkCount",
         (select md5(string_agg(concat_ws('|', p.ordinal, p.char_start, p.char_end, p.token_count, p.page,
                                          array_to_string(p.section_path, '>'), md5(p.text)), '#' order by p.ordinal))
            from chunks p where p.org_id = c.org_id and p.content_id = c.id) as passages,
         (select md5(string_agg(concat_ws('|', p.ordinal, l.weights::text), '#' order by p.ordinal))
            from chunks p join chunk_lexical l on l.org_id = p.org_id and l.chunk_id = p.id
           where p.org_id = c.org_id and p.content_id = c.id) as weights,
         (select md5(string_agg(concat_ws('|', p.ordinal, e.profile_id, md5(e.embedding::text)), '#' order by p.ordinal))
            from chunks p join chunk_embeddings e on e.org_id = p.org_id and e.chunk_id = p.id
           where p.org_id = c.org_id and p.content_id = c.id) as vectors
    from contents c where c.org_id = $1 order by c.sha256`;

const FREQUENCIES = `
  select md5(string_agg(concat(term, ':', total), ',' order by term)) as frequencies
    from (select term, sum(count) as total
            from (select term, chunk_count as count from lexeme_counts where org_id = $1
                  union all
                  select changed.term, changed.delta from lexeme_changes c,
                         unnest(c.terms, c.deltas) as changed (term, delta) where c.org_id = $1) counted
           group by term) summed where total <> 0`;

const DOCUMENTS = `
  select encode(c.sha256, 'hex') as sha256, count(*)::integer as documents
    from documents d join contents c on c.org_id = d.org_id and c.id = d.current_content_id
   where d.org_id = $1 group by c.sha256 order by c.sha256`;

/** What an org's searches stand on. Two orgs that were given the same files have the same of it, whatever happened. */
export async function searchableState(adminUrl: string, orgId: string): Promise<SearchableState> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const contents = await client.query<SearchableContent>(CONTENTS, [orgId]);
    const counted = await client.query<{ frequencies: string | null }>(FREQUENCIES, [orgId]);
    const documents = await client.query<{ sha256: string; documents: number }>(DOCUMENTS, [orgId]);
    return {
      contents: contents.rows,
      frequencies: counted.rows[0]?.frequencies ?? null,
      documents: Object.fromEntries(documents.rows.map((row) => [row.sha256, row.documents])),
    };
  } finally {
    await client.end();
  }
}
