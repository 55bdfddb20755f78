import { describe, expect, it } from '@jest/globals';
import { summaryOf } from '../../src/connection/traced-statements.ts';

describe('what is told of a statement', () => {
  it.each([
    ['select * from documents where org_id = $1', 'select', 'documents'],
    ['  insert into "run_events" (org_id) values ($1)', 'insert', 'run_events'],
    ['update runs set state = $1', 'update', 'runs'],
    ['delete from only chunks', 'delete', 'chunks'],
    ['with due as (select id from runs) update runs r set state = $1', 'update', 'runs'],
    ['with a as (select 1), b as (select 2) select * from examples', 'select', 'examples'],
    ['with new as (insert into chunks select 1 returning id) select id from new', 'insert', 'chunks'],
    ['with due as (select id from runs for update skip locked) select id from due', 'select', 'runs'],
    ['select docket_find_user($1) as id', 'select', 'docket_find_user'],
    ['COMMIT', 'commit', null],
    [
      "begin; select set_config('docket.org_id', '0199c1de-6f0a-7b1e-8a53-1e6f5ad50d0e', true)",
      'begin',
      null,
    ],
    ["select 'from secrets' as word", 'select', null],
    ["select 'it''s from secrets' from documents", 'select', 'documents'],
  ])('%s', (text, operation, target) => {
    expect(summaryOf(text)).toEqual({ operation, target });
  });
});
