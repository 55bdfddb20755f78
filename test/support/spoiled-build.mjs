import { registerHooks } from 'node:module';

/**
 * Loaded before a worker, it makes a bad release of it: every passage is stored without its vowels. What else the worker
 * does is as shipped.
 */
registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith('/libs/activities/dist/document-ingest/parsed-rows.js')) return loaded;
    const source = String(loaded.source);
    const spoiled = source.replace('...chunk,', "...chunk, text: chunk.text.replace(/[aeiou]/g, ''),");
    if (spoiled === source)
      throw new Error('there is nothing left to spoil: adapt this file to parsed-rows.ts');
    return { ...loaded, source: spoiled };
  },
});
