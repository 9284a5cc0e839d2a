import { readRun, storedRun } from '../../../src/records/sync-logs/run-details.js';

const COUNTS = { created: 1, updated: 2, unchanged: 3, deleted: 4 };
const TEXTS = ['plain', '"quoted" \\', '}]}', '{"errors":[{', '\\"}],', 'é🫘 '];
const errors = TEXTS.map((text, index) => ({ externalId: text, index, error: `${text}${text}` }));
const warnings = TEXTS.map((text, index) => ({ externalId: text, index, path: 'email', warning: text }));

const AMPLE = 10_000;

it('a run that is stored whole is read whole', () => {
  const metadata = { ...COUNTS, errors, warnings };
  expect(readRun(storedRun(COUNTS, { errors, warnings }), 0, AMPLE)).toEqual(metadata);
  expect(readRun(storedRun(COUNTS, { errors: [], warnings: [] }), 0, AMPLE)).toEqual({
    ...COUNTS,
    errors: [],
  });
});

it('wherever the text of a run is cut after its counts, what is whole is read and the rest is counted', () => {
  const text = storedRun(COUNTS, { errors, warnings });
  for (let end = text.indexOf('[') + 1; end < text.length; end += 1) {
    const run = readRun(text.slice(0, end), 0, AMPLE);
    const { errorsLeftOut = 0, warningsLeftOut = 0 } = run;
    expect(run).toMatchObject(COUNTS);
    expect(run.errors).toEqual(errors.slice(0, errors.length - errorsLeftOut));
    expect(run.warnings ?? []).toEqual(warnings.slice(0, warnings.length - warningsLeftOut));
  }
});

it('of a run that says nothing of how many there were, the number is taken that is given', () => {
  const text = JSON.stringify({ ...COUNTS, errors });
  const whole = readRun(text, errors.length, AMPLE);
  expect(whole).toEqual({ ...COUNTS, errors });
  const cut = readRun(text.slice(0, -20), errors.length, AMPLE);
  expect(cut).toMatchObject({ errors: errors.slice(0, -1), errorsLeftOut: 1 });
});
