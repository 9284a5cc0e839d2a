const RUNS = 7;
/** Less CPU time than this is noise, in milliseconds. */
const NOISE_MS = 2;

/** The least CPU time of several runs, in milliseconds. */
function cpuTime(work: () => unknown): number {
  let least = Infinity;
  for (let run = 0; run < RUNS && least > NOISE_MS; run += 1) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

/**
 * How many times the CPU time of a work grows when its input doubles: about 2 where it is linear, 4 where it is
 * quadratic. What takes less than 2 ms either way counts as linear.
 */
export function growthOf<Input>(
  inputOf: (size: number) => Input,
  size: number,
  work: (input: Input) => unknown,
): number {
  const [small, large] = [inputOf(size), inputOf(2 * size)];
  const ofLarge = cpuTime(() => work(large));
  return ofLarge <= NOISE_MS
    ? 1
    : ofLarge /
        Math.max(
          cpuTime(() => work(small)),
          NOISE_MS / 2,
        );
}
