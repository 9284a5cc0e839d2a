import { namedIds } from '../../../src/records/sync-status/named-ids.js';

const PATH = '/api/v1/integration/sync-status?entityType=SUPPLIER&';

it.each([
  ['one id', 'externalIds=A', ['A']],
  ['a list of plain commas', 'externalIds=A,B,A', ['A', 'B']],
  ['a list of both commas', 'externalIds=A,B%2CC', ['A', 'B', 'C']],
  ['one text of %2C, both ways', 'externalIds=A%2CB', ['A', 'B', 'A,B']],
  ['lower case of %2c, both ways', 'page=1&externalIds=A%2cB&limit=2', ['A', 'B', 'A,B']],
  ['an escaped name of the parameter', 'external%49ds=A%2CB', ['A', 'B', 'A,B']],
  ['repeated parameters, each one id', 'externalIds=A,B&externalIds=C%2CD', ['A,B', 'C,D']],
  ['repeated parameters that are alike', 'externalIds=A&externalIds=A', ['A']],
  ['an empty text', 'externalIds=', ['']],
])('%s', (_, query, expected) => {
  const given = new URLSearchParams(query).getAll('externalIds');
  expect(namedIds(given, PATH + query)).toEqual(expected);
});
