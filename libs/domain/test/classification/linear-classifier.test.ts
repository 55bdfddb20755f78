import { describe, expect, it } from '@jest/globals';
import { LinearClassifier } from '@docket/domain/classification/linear-classifier';
import { featureCosine, textFeatures } from '@docket/domain/classification/text-features';

const TEXTS: [string, string][] = [
  ['I cannot sign in with my password', 'access'],
  ['Login fails, the password reset mail never comes', 'access'],
  ['Locked out of my account after too many attempts', 'access'],
  ['The invoice shows the wrong amount', 'billing'],
  ['Please send a receipt for our last payment', 'billing'],
  ['We were charged twice for the plan this month', 'billing'],
  ['The payroll export stops with an error', 'exports'],
  ['CSV export of timesheets is missing columns', 'exports'],
  ['Scheduled export did not run last night', 'exports'],
];

const EXAMPLES = TEXTS.map(([text, label]) => ({ features: textFeatures(text), label }));

describe('the linear classifier', () => {
  it('sorts texts it has not seen, misspelled ones too', () => {
    const model = LinearClassifier.train(EXAMPLES);
    expect(model.predict(textFeatures('passwrod reset does not work')).label).toBe('access');
    expect(model.predict(textFeatures('charged twice on the invoces')).label).toBe('billing');
    expect(model.predict(textFeatures('exporting the timesheet as csv')).label).toBe('exports');
  });

  it('is the same for the same examples', () => {
    const predict = (): number =>
      LinearClassifier.train(EXAMPLES).predict(textFeatures('export of invoices')).confidence;
    expect(predict()).toBe(predict());
  });

  it('knows no other label when there is only one, and none when there is no example', () => {
    const model = LinearClassifier.train(EXAMPLES.slice(0, 3));
    expect(model.predict(textFeatures('anything'))).toEqual({ label: 'access', confidence: 1 });
    expect(LinearClassifier.train([]).predict(textFeatures('anything')).label).toBe('');
  });

  it('compares texts by a cosine of 1 with themselves and 0 with what shares nothing', () => {
    const features = textFeatures('the same words');
    expect(featureCosine(features, features)).toBeCloseTo(1, 5);
    expect(featureCosine(features, textFeatures(''))).toBe(0);
  });
});
