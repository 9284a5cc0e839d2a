export function findProgram(name: string): string | undefined;
export function serverEngine(): { url: string } | { program: string } | undefined;
