import { AdaptiveConcurrency } from '../../../src/webhooks/dispatcher/adaptive-concurrency.js';

const QUICK = { success: true, durationMs: 20 };
const SLOW = { success: true, durationMs: 1_000 };
const FAILED = { success: false, durationMs: 20 };

/** The slots of an endpoint after these exchanges. */
function slotsAfter(...exchanges: (typeof QUICK)[]): number {
  const pace = new AdaptiveConcurrency();
  for (const exchange of exchanges) pace.learn(exchange);
  return pace.slots;
}

const quick = (times: number): (typeof QUICK)[] => Array.from({ length: times }, () => QUICK);

it('an endpoint of which nothing is known gets four deliveries at once', () => {
  expect(slotsAfter()).toBe(4);
});

it('one that answers well and quickly gets one more with each answer, up to sixteen', () => {
  expect([1, 5, 12, 13, 500].map((answers) => slotsAfter(...quick(answers)))).toEqual([5, 9, 16, 16, 16]);
});

it.each([
  ['fails', FAILED],
  ['takes a second or longer', SLOW],
])('one that %s gets one at a time, however well it did before', (_, exchange) => {
  expect(slotsAfter(exchange)).toBe(1);
  expect(slotsAfter(...quick(100), exchange)).toBe(1);
});

it('one that recovers gets more again, step by step', () => {
  expect(slotsAfter(FAILED, FAILED, QUICK, QUICK)).toBe(3);
});
