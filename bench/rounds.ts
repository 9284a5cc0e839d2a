import { setTimeout as wait } from 'node:timers/promises';
import type { Round } from './load.js';
import { cpuSeconds, memoryMb, type ServerProcess } from './processes.js';
import type { Comparison, Figures, AdaptiveConcurrency } from './results.js';

/** One of two servers that are compared. */
export interface Side {
  label: string;
  server: ServerProcess;
  /** Keeps the server busy for about so long, and tells what it did. */
  run: (seconds: number) => Promise<Round>;
  /** Brings the database back to where each round begins. */
  before?: () => Promise<void>;
}

export interface Pair {
  name: string;
  unit: Comparison['unit'];
  /** Rows that one request stands for, or 1. */
  perRequest: number;
  target?: number;
  a: Side;
  b: Side;
}

interface Taken extends Round {
  memoryMb: number;
  cpuMicroseconds?: number;
}

/** What an unfinished request of the last round may still need. */
const PAUSE_MS = 300;

/**
 * Loads both servers in turns, A B B A A B …, so that whatever else the machine does falls on both alike and
 * neither is always the one that comes second. The ratio is the median of the pairs': a disturbance that lasts
 * over a whole pair cancels out in it.
 */
export async function compare(pair: Pair, pace: AdaptiveConcurrency): Promise<Comparison> {
  const { name, unit, perRequest, target, a, b } = pair;
  await takeRound(a, pace.warmUpSeconds);
  await takeRound(b, pace.warmUpSeconds);
  const taken: { a: Taken; b: Taken }[] = [];
  for (let round = 0; round < pace.rounds; round += 1) {
    taken.push(await takePair(a, b, pace.seconds, round % 2 === 1));
  }
  const ofA = figures(
    a.label,
    taken.map((both) => both.a),
    perRequest,
  );
  const ofB = figures(
    b.label,
    taken.map((both) => both.b),
    perRequest,
  );
  const ratios = taken.map((both) => both.a.requestsPerSecond / both.b.requestsPerSecond);
  const cpuRatios = taken.flatMap(({ a: { cpuMicroseconds: ofProduct }, b: { cpuMicroseconds: ofOther } }) =>
    ofProduct && ofOther ? [ofOther / ofProduct] : [],
  );
  return {
    name,
    unit,
    a: ofA,
    b: ofB,
    ratio: median(ratios),
    leastRatio: Math.min(...ratios),
    mostRatio: Math.max(...ratios),
    ...(cpuRatios.length > 0 ? { cpuRatio: median(cpuRatios) } : {}),
    ...(target !== undefined && { target }),
  };
}

async function takePair(
  a: Side,
  b: Side,
  seconds: number,
  swapped: boolean,
): Promise<{ a: Taken; b: Taken }> {
  const first = await takeRound(swapped ? b : a, seconds);
  const second = await takeRound(swapped ? a : b, seconds);
  return swapped ? { a: second, b: first } : { a: first, b: second };
}

async function takeRound(side: Side, seconds: number): Promise<Taken> {
  await side.before?.();
  const { pid } = side.server;
  const before = cpuSeconds(pid);
  const round = await side.run(seconds);
  const after = cpuSeconds(pid);
  await wait(PAUSE_MS);
  const taken = { ...round, memoryMb: memoryMb(pid) };
  if (before === undefined || after === undefined) return taken;
  return { ...taken, cpuMicroseconds: ((after - before) * 1e6) / round.requests };
}

function figures(label: string, rounds: Taken[], perRequest: number): Figures {
  const cpu = rounds.flatMap((round) => round.cpuMicroseconds ?? []);
  return {
    label,
    perSecond: median(rounds.map((round) => round.requestsPerSecond)) * perRequest,
    p50: median(rounds.map((round) => round.p50)),
    p99: median(rounds.map((round) => round.p99)),
    memoryMb: Math.max(...rounds.map((round) => round.memoryMb)),
    ...(cpu.length > 0 ? { cpuMicroseconds: median(cpu) / perRequest } : {}),
  };
}

function median(values: number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}
