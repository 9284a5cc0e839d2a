type Call = (round: number) => Promise<unknown>;

/** The middle one; of an even number, the upper of the two. */
const median = (list: readonly number[]): number =>
  list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] as number;

/** Of all pairs, the part in which the first took longer: a half where neither does so by nature. */
function partLonger(first: readonly number[], second: readonly number[]): number {
  const pairs = first.flatMap((one) => second.map((other) => 0.5 + Math.sign(one - other) / 2));
  return pairs.reduce((sum, pair) => sum + pair, 0) / pairs.length;
}

/** In turns, each the first every other time, so that whatever else the machine does befalls both alike. */
async function timesOf(rounds: number, calls: readonly [Call, Call]): Promise<[number[], number[]]> {
  const times: [number[], number[]] = [[], []];
  const turns = [0, 1] as const;
  for (let round = 0; round < rounds; round += 1) {
    for (const which of round % 2 ? turns : turns.toReversed()) {
      const begunAt = performance.now();
      await calls[which](round);
      times[which].push(performance.now() - begunAt);
    }
  }
  return times;
}

/**
 * Asserts that nobody can tell two calls by the time they take. They can where the medians differ by more than this
 * factor and a millisecond, and the same call is nearly always the longer one: on a busy machine answers that are
 * held back to a tick fall on one tick or the next, and the median alone jumps without meaning anything.
 */
export async function expectAlikeInTime(
  rounds: number,
  factor: number,
  ...calls: readonly [Call, Call]
): Promise<void> {
  const [first, second] = await timesOf(rounds, calls);
  const [one, other] = [median(first), median(second)];
  const differ = Math.abs(one - other) > 1 && Math.max(one / other, other / one) > factor;
  const longer = partLonger(first, second);
  expect({ one, other, longer, told: differ && Math.abs(longer - 0.5) > 0.25 }).toMatchObject({
    told: false,
  });
}
