type Call = (round: number) => Promise<unknown>;

/** Returns the middle value; of an even number, the upper one. */
const median = (list: readonly number[]): number =>
  list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] as number;

/**
 * Returns the part of all pairs in which the first took longer. It is one half if neither takes longer by
 * nature.
 */
function partLonger(first: readonly number[], second: readonly number[]): number {
  const pairs = first.flatMap((one) => second.map((other) => 0.5 + Math.sign(one - other) / 2));
  return pairs.reduce((sum, pair) => sum + pair, 0) / pairs.length;
}

/**
 * Runs both calls in turn, and changes the order each round, so other work of the machine affects both
 * equally.
 */
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
 * Asserts that callers cannot distinguish two calls by their duration.
 * They can if the medians differ by more than the factor and a millisecond, and if the same call nearly
 * always takes longer. The median alone is not enough: on a busy machine, responses that wait for a tick end
 * on one tick or the next.
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
