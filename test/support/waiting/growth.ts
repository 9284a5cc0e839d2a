const RUNS = 10;
const TRIES = 3;
/** CPU times below this are noise, in milliseconds, because other threads of the process count too. */
const NOISE_MS = 10;

/** Returns the least CPU time of several runs, in milliseconds. */
function cpuTime(work: () => unknown): number {
  let least = Infinity;
  for (let run = 0; run < RUNS && least > NOISE_MS / 4; run += 1) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

/**
 * Returns how the CPU time of work grows when its input doubles: about 2 if it is linear, 4 if it is
 * quadratic. It is the least of three tries. Work below 10 ms counts as linear, so repeat it often enough.
 */
export function growthOf<Input>(
  inputOf: (size: number) => Input,
  size: number,
  work: (input: Input) => unknown,
): number {
  const [small, large] = [inputOf(size), inputOf(2 * size)];
  let least = Infinity;
  for (let tries = 0; tries < TRIES && least > 3; tries += 1) {
    const ofLarge = cpuTime(() => work(large));
    if (ofLarge <= NOISE_MS) return 1;
    least = Math.min(least, ofLarge / cpuTime(() => work(small)));
  }
  return least;
}
