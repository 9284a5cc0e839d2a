import { type CrashResult, isSound } from './run.js';

export type EngineResult = CrashResult & { engine: string };

const HEAD = [
  '| engine | kills (worker) | calls (attempts) | replayed | 500s | rows | events (again) | lost | duplicated | unsigned | |',
  '|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|',
];

/** The runs as a table in Markdown, and below it what exactly was lost or duplicated, where anything was. */
export function tableOf(results: EngineResult[]): string {
  const faults = results.filter((result) => !isSound(result)).map(faultsOf);
  return ['', ...HEAD, ...results.map(lineOf), '', ...faults, ''].join('\n');
}

function lineOf(result: EngineResult): string {
  const { kills, lost, doubled } = result;
  const cells = [
    result.engine,
    `${kills.server + kills.worker} (${kills.worker})`,
    `${number(result.calls)} (${number(result.attempts)})`,
    number(result.replays),
    number(result.serverErrors),
    number(result.rows),
    `${number(result.events)} (${number(result.repeatedDeliveries)})`,
    number(total(lost)),
    number(total(doubled)),
    number(result.unsigned),
    isSound(result) ? 'sound' : 'BROKEN',
  ];
  return `| ${cells.join(' | ')} |`;
}

function faultsOf({ engine, seed, lost, doubled, examples }: EngineResult): string {
  const counts = `lost ${JSON.stringify(lost)}, duplicated ${JSON.stringify(doubled)}`;
  return `${engine}, --seed ${seed}: ${counts}; among them ${examples.join(', ')}`;
}

function total(counts: object): number {
  return (Object.values(counts) as number[]).reduce((sum, count) => sum + count, 0);
}

function number(value: number): string {
  return value.toLocaleString('en');
}
