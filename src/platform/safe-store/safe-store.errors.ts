/**
 * An encrypted text does not decrypt: a key is lost, or the row is wrong or was changed. An internal error,
 * not for callers.
 */
export class MacBroken extends Error {
  constructor(reason: string, cause?: unknown) {
    super(`A sealed text does not open: ${reason}.`, { cause });
  }
}
