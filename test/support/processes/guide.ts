import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';

/** A code block of a guide, as readers copy it. */
export interface CodeBlock {
  language: string;
  code: string;
}

export function codeBlocksOf(guide: string): CodeBlock[] {
  const blocks = readFileSync(guide, 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, language = '', code = '']) => ({ language, code }));
}

/**
 * Creates a reader's folder: the code blocks whose first line names a file, and the packages that they
 * import.
 */
export function unpack(blocks: CodeBlock[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'eudr-guide-'));
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  for (const { code } of blocks) {
    const name = /^(?:\/\/|#|<\?php \/\/) (\S+\.(?:mjs|py|php))$/m.exec(code.split('\n')[0] ?? '')?.[1];
    if (name !== undefined) writeFileSync(join(folder, name), code);
  }
  return folder;
}

/** The output of a program that has ended. */
export interface Printed {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a program in a folder with this standard input, and waits for its end. */
export async function runIn(
  folder: string,
  program: string,
  args: string[],
  input = '',
  env: Record<string, string> = {},
): Promise<Printed> {
  const child = start(folder, program, args, env);
  child.stdin?.end(input);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout as NodeJS.ReadableStream),
    text(child.stderr as NodeJS.ReadableStream),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

/** Starts a program in a folder. From the environment of the tests it gets only PATH. */
export function start(
  folder: string,
  program: string,
  args: string[],
  env: Record<string, string>,
): ChildProcess {
  return spawn(program, args, { cwd: folder, env: { PATH: process.env['PATH'] ?? '', ...env } });
}
