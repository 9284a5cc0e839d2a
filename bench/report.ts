import { cpus } from 'node:os';
import { canPin } from './processes.js';
import type { Comparison, EngineResult } from './results.js';

const HEAD = [
  '| measured | A | B | A | B | p50 ms | p99 ms | memory MB | CPU µs | A ÷ B (pairs) | by CPU | target | |',
  '|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|',
];

/** The figures as a page of Markdown. */
export function reportOf(results: EngineResult[], quick: boolean): string {
  const cores = cpus();
  const place = `${cores[0]?.model.trim() ?? 'unknown processor'}, ${cores.length} cores, Node ${process.versions.node}`;
  const pinned = canPin
    ? 'the measured server alone on one core'
    : 'no core of its own for the measured server';
  const tables = results.flatMap(({ engine, comparisons }) => [
    `### ${engine}`,
    '',
    ...HEAD,
    ...comparisons.map(lineOf),
    '',
  ]);
  return [`${place}; ${pinned}${quick ? '; quick run' : ''}.`, '', ...tables].join('\n');
}

function lineOf({ name, unit, a, b, ratio, leastRatio, mostRatio, cpuRatio, target }: Comparison): string {
  const both = (digits: number, one: number, other: number): string =>
    Number.isNaN(one + other) ? '–' : `${one.toFixed(digits)} / ${other.toFixed(digits)}`;
  const cells = [
    name,
    a.label,
    b.label,
    `${thousands(a.perSecond)} ${unit}`,
    `${thousands(b.perSecond)} ${unit}`,
    both(0, a.p50, b.p50),
    both(0, a.p99, b.p99),
    both(0, a.memoryMb, b.memoryMb),
    both(0, a.cpuMicroseconds ?? NaN, b.cpuMicroseconds ?? NaN),
    `**${ratio.toFixed(2)}** (${leastRatio.toFixed(2)}–${mostRatio.toFixed(2)})`,
    cpuRatio?.toFixed(2) ?? '–',
    ...(target === undefined ? ['–', ''] : [`≥ ${target.toFixed(2)}`, ratio >= target ? 'met' : 'missed']),
  ];
  return `| ${cells.join(' | ')} |`;
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString('en');
}
