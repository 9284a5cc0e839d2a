import { createHash } from 'node:crypto';
import {
  displayPrefix,
  hashToken,
  isIntegrationToken,
  newRawToken,
} from '../../src/auth/credentials/token-format.js';

const token = `eudr_live_${'0123456789abcdef'.repeat(3)}`;

describe('a new token', () => {
  it('is eudr_live_ and 48 lower-case hex digits', () => {
    expect(newRawToken('eudr_live_')).toMatch(/^eudr_live_[0-9a-f]{48}$/);
  });

  it('is another each time', () => {
    expect(new Set(Array.from({ length: 1_000 }, () => newRawToken('eudr_live_'))).size).toBe(1_000);
  });

  it('has the accepted form', () => {
    expect(isIntegrationToken(newRawToken('eudr_live_'))).toBe(true);
  });
});

it.each([
  '',
  token.slice(0, -1),
  `${token}0`,
  `${token}\n`,
  ` ${token}`,
  token.toUpperCase(),
  token.replace(/f$/, 'F'),
  token.replace(/f$/, 'g'),
  token.replace('live', 'test'),
  `x${token}`,
])('%j is not of the accepted form', (text) => {
  expect(isIntegrationToken(text)).toBe(false);
});

it('is stored as its SHA-256 in hex', () => {
  expect(hashToken(token)).toBe(createHash('sha256').update(token).digest('hex'));
});

it('is shown as its first eight digits', () => {
  expect(displayPrefix(token)).toBe('eudr_live_01234567');
});
