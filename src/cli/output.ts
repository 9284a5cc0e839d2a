import { terminal } from './terminal.js';

interface Format {
  json?: boolean;
}

/** Prints a command's result: one JSON object for scripts, or a sentence for people. */
export function say(format: Format, result: object, sentence: string): void {
  terminal().output.write(`${format.json ? JSON.stringify(result) : sentence}\n`);
}

/** Prints a list: a JSON array for scripts, or aligned columns for people. */
export function sayTable(format: Format, rows: object[], lines: Record<string, string>[]): void {
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
