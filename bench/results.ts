/** What one server reached in a comparison: medians over the rounds, memory at its highest. */
export interface Figures {
  label: string;
  perSecond: number;
  /** Latencies in milliseconds; NaN where none were taken. */
  p50: number;
  p99: number;
  memoryMb: number;
  /** Processor time of the server's own process for one request or row, where the system tells it. */
  cpuMicroseconds?: number;
}

/** Two servers under the same load, in turns. */
export interface Comparison {
  name: string;
  unit: 'requests/s' | 'rows/s' | 'deliveries/s' | 'tokens/s';
  a: Figures;
  b: Figures;
  /** `a` by `b`: the median, the least and the most of the pairs of rounds. */
  ratio: number;
  leastRatio: number;
  mostRatio: number;
  /**
   * The same ratio by processor time: what it would be with both processors at rest. Other work on the machine
   * hardly moves it.
   */
  cpuRatio?: number;
  /** What the ratio should at least be; none where it is shown for what it is. */
  target?: number;
}

/** Everything that was measured on one engine. */
export interface EngineResult {
  engine: string;
  comparisons: Comparison[];
}

/** How long and how often each side is loaded. */
export interface AdaptiveConcurrency {
  warmUpSeconds: number;
  rounds: number;
  seconds: number;
}

/** What the process that measures one engine is told. */
export interface EngineJob {
  /** Its name and version, for the report. */
  engine: string;
  /** The server's root without a database; none for the embedded engine. */
  serverUrl?: string;
  /** A folder for whatever is written; the caller removes it. */
  folder: string;
  /** Part of the names of the comparisons that are wanted; empty for all. */
  only: string;
  pace: AdaptiveConcurrency;
  smallTable: number;
  largeTable: number;
}
