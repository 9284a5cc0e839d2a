import { isScope, missingScopes, SCOPES } from '../../src/auth/principal/scopes.js';

describe('missingScopes', () => {
  it.each<[what: string, held: string[], required: string[], missing: string[]]>([
    ['nothing where nothing is required', [], [], []],
    ['nothing where all is held', ['a', 'b'], ['b', 'a'], []],
    ['nothing where more is held', ['a', 'b', 'c'], ['b'], []],
    ['what is not held, in the order required', ['b'], ['c', 'b', 'a'], ['c', 'a']],
    ['all where nothing is held', [], ['a', 'b'], ['a', 'b']],
  ])('names %s', (_what, held, required, missing) => {
    expect(missingScopes(held, required)).toEqual(missing);
  });

  it('takes no scope for another that it resembles', () => {
    const held = ['integration:suppliers:write', 'integration:suppliers', 'integration:SUPPLIERS:read', '*'];
    expect(missingScopes(held, ['integration:suppliers:read'])).toEqual(['integration:suppliers:read']);
  });
});

it('the scopes are those of the contract', () => {
  expect([...SCOPES].sort()).toEqual([
    'integration:batches:read',
    'integration:batches:write',
    'integration:dds:read',
    'integration:products:read',
    'integration:products:write',
    'integration:suppliers:read',
    'integration:suppliers:write',
    'integration:sync:read',
    'integration:webhooks:manage',
  ]);
});

it.each([
  '',
  'integration:suppliers',
  'integration:suppliers:read ',
  'INTEGRATION:SUPPLIERS:READ',
  'toString',
])('%j is no scope', (text) => {
  expect(isScope(text)).toBe(false);
});
