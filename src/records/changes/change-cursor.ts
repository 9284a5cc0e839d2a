import { validationError } from '../../platform/errors/common.errors.js';

const FORM = /^(0|[1-9]\d{0,14})$/;

/**
 * Encodes a cursor of the change feed: the sequence number of the last transaction seen.
 * The cursor contains the integration's id, so another integration's feed refuses it. Callers must not read
 * its content.
 */
export function encodeChangeCursor(sequence: number, integrationId: string): string {
  return Buffer.from(`${integrationId}:${sequence}`).toString('base64url');
}

/** @throws VALIDATION_ERROR if the text is not a cursor of this integration's feed */
export function decodeChangeCursor(text: string, integrationId: string): number {
  const [owner, sequence = ''] = Buffer.from(text, 'base64url').toString().split(':');
  if (owner === integrationId && FORM.test(sequence)) return Number(sequence);
  const message = 'cursor must be a nextCursor of this feed, or "latest"';
  throw validationError([{ path: 'cursor', message }]);
}
