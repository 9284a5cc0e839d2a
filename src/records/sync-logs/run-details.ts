import type { RunMetadata } from './sync-log.entity.js';

/** Maximum bytes of JSON for one run's errors and warnings. */
export const MAX_DETAILS_BYTES = 64 * 1024;

type Details = Required<Pick<RunMetadata, 'errors' | 'warnings'>>;

/** A run as it is stored. The lists come last, so the beginning of the text already has the counts. */
interface StoredRun extends Omit<RunMetadata, 'errorsLeftOut' | 'warningsLeftOut'> {
  /** Number of errors and of warnings. Earlier versions did not store them. */
  refused?: number;
  warned?: number;
}

/** Returns the first errors, and then the first warnings, that fit into the bytes. */
function withinBytes({ errors, warnings }: Details, bytes: number): Details {
  let left = bytes;
  const fits = (detail: object): boolean => {
    left -= Buffer.byteLength(JSON.stringify(detail)) + 1;
    return left >= 0;
  };
  const firstThatFit = <Detail extends object>(details: Detail[]): Detail[] => {
    const end = details.findIndex((detail) => !fits(detail));
    return end === -1 ? details : details.slice(0, end);
  };
  return { errors: firstThatFit(errors), warnings: firstThatFit(warnings) };
}

/**
 * Returns a sync run as JSON text for the database: its counts, and as many errors and warnings as fit into
 * `MAX_DETAILS_BYTES`.
 */
export function storedRun(counts: Omit<RunMetadata, 'errors' | 'warnings'>, details: Details): string {
  const { errors, warnings } = withinBytes(details, MAX_DETAILS_BYTES);
  const refused = details.errors.length;
  const warned = details.warnings.length;
  const stored: StoredRun = {
    ...counts,
    refused,
    warned,
    errors,
    ...(warnings.length > 0 ? { warnings } : {}),
  };
  return JSON.stringify(stored);
}

/**
 * Reads the beginning of a stored run.
 * @param text the stored text, cut anywhere after its counts
 * @param refusedSaid number of errors, if the run does not contain it
 * @param bytes maximum bytes of JSON for errors and warnings
 */
export function readRun(text: string, refusedSaid: number, bytes: number): RunMetadata {
  const { refused = refusedSaid, warned = 0, errors, warnings = [], ...counts } = parsed(text);
  const shown = withinBytes({ errors, warnings }, bytes);
  const errorsLeftOut = refused - shown.errors.length;
  const warningsLeftOut = Math.max(warned, warnings.length) - shown.warnings.length;
  return {
    ...counts,
    errors: shown.errors,
    ...(errorsLeftOut > 0 ? { errorsLeftOut } : {}),
    ...(shown.warnings.length > 0 ? { warnings: shown.warnings } : {}),
    ...(warningsLeftOut > 0 ? { warningsLeftOut } : {}),
  };
}

const parsed = (text: string): StoredRun => JSON.parse(closed(text)) as StoredRun;

/**
 * Cuts a JSON text after its last complete object or opened list, and closes everything that is open there.
 */
function closed(text: string): string {
  const open: string[] = [];
  let whole = { end: 0, open: '' };
  let inText = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] as string;
    if (inText && character === '\\') at += 1;
    else if (character === '"') inText = !inText;
    else if (inText) continue;
    else if (character === '{') open.push('}');
    else if (character === '[' || character === open.at(-1)) {
      if (character === '[') open.push(']');
      else open.pop();
      whole = { end: at + 1, open: [...open].reverse().join('') };
    }
  }
  return text.slice(0, whole.end) + whole.open;
}
