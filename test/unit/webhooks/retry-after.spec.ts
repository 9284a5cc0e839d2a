import { retryAfterMs } from '../../../src/webhooks/transport/retry-after.js';

const NOW = Date.parse('2026-11-22T04:00:00.500Z');

it.each([
  ['0', 0],
  ['120', 120_000],
  ['007', 7_000],
  ['999999999', 999_999_999_000],
  ['Sun, 22 Nov 2026 04:01:00 GMT', 59_500],
])('%j asks to wait %i ms', (header, ms) => {
  expect(retryAfterMs(header, NOW)).toBe(ms);
});

it.each([
  '',
  ' ',
  '-1',
  '+5',
  '1.5',
  '1e3',
  '0x10',
  '5 seconds',
  'soon',
  'Infinity',
  '9'.repeat(400),
  '5, 10',
  'Sun, 22 Nov 2026 03:59:00 GMT',
  'Sun, 22 Nov 2026 04:01:00',
  'Sun, 99 Nov 2026 04:01:00 GMT',
  '2026-11-22T05:00:00Z',
  'november 2027',
])('%j asks for nothing that is understood', (header) => {
  expect(retryAfterMs(header, NOW)).toBeUndefined();
});
