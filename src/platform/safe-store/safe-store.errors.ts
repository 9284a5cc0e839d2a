/** A sealed text does not open. Not for callers: it means a lost key, a wrong row or a changed one. */
export class MacBroken extends Error {
  constructor(reason: string, cause?: unknown) {
    super(`A sealed text does not open: ${reason}.`, { cause });
  }
}
