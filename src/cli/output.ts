import type { Page, PageRequest } from '../platform/paging/page.js';
import type { JsonOptions } from './command.js';
import { terminal } from './terminal.js';

const ROWS_PER_READ = 500;

/** Prints a command's result: one JSON object for scripts, or a sentence for people. */
export function print(format: JsonOptions, result: object, sentence: string): void {
  terminal().output.write(`${format.json ? JSON.stringify(result) : sentence}\n`);
}

/** Prints a list: a JSON array for scripts, or aligned columns for people. */
export function printTable(format: JsonOptions, rows: object[], lines: Record<string, string>[]): void {
  if (format.json) {
    terminal().output.write(`${JSON.stringify(rows)}\n`);
    return;
  }
  const names = Object.keys(lines[0] ?? { none: '' });
  const widths = names.map((name) => Math.max(name.length, ...lines.map((line) => line[name]?.length ?? 0)));
  const print = (cells: string[]): void => {
    const padded = cells.map((cell, index) => cell.padEnd(widths[index] ?? 0));
    terminal().output.write(`${padded.join('  ').trimEnd()}\n`);
  };
  if (lines.length === 0) terminal().output.write('None.\n');
  else [names, ...lines.map((line) => names.map((name) => line[name] ?? ''))].forEach(print);
}

/** Reads all pages of a list. */
export async function allRows<Row>(read: (request: PageRequest) => Promise<Page<Row>>): Promise<Row[]> {
  const first = { page: 1, size: ROWS_PER_READ };
  const all: Row[] = [];
  let request: PageRequest | undefined = first;
  while (request) {
    const { items, nextCursor }: Page<Row> = await read(request);
    all.push(...items);
    request = nextCursor === null ? undefined : { ...first, cursor: nextCursor };
  }
  return all;
}

/** Returns a number with its noun, such as "1 token" or "1,200 tokens". */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
