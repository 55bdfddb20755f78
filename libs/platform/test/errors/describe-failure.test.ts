import { StorageFault } from '@docket/adapters/storage';
import { ModelUnavailable } from '@docket/adapters/language-model/unavailable';
import { DocketError } from '@docket/domain/errors';
import { describeFailure } from '@docket/platform/errors';
import { describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import pg from 'pg';
import { QueryFailedError } from 'typeorm';

describe('whose matter a failure is', () => {
  it.each([
    ['a domain error', new DocketError('budget.exceeded', 'x'), 'budget.exceeded', 'tenant'],
    [
      'a domain error that came through Temporal',
      ApplicationFailure.create({ type: 'model.refused' }),
      'model.refused',
      'provider',
    ],
    ['a storage that fails', new StorageFault('x'), 'StorageFault', 'storage'],
    [
      'a model that is away',
      new ModelUnavailable('model.overloaded', 'x', null),
      'ModelUnavailable',
      'provider',
    ],
    [
      'a statement that fails',
      new QueryFailedError('select 1', [], new Error('x')),
      'QueryFailedError',
      'database',
    ],
    ['an error of the server', new pg.DatabaseError('x', 1, 'error'), 'error', 'database'],
    ['a full pool', new Error('timeout exceeded when trying to connect'), 'Error', 'database'],
    ['what nobody foresaw', new TypeError('x'), 'TypeError', 'bug'],
    ['what is no error', 'x', 'unknown', 'bug'],
  ])('%s', (_, error, code, category) => {
    expect(describeFailure(error)).toEqual({ code, category });
  });

  it('is what its place says where nothing else is known', () => {
    expect(describeFailure(new TypeError('x'), 'storage').category).toBe('storage');
    expect(describeFailure(new DocketError('internal.error', 'x'), 'storage').category).toBe('bug');
  });
});
