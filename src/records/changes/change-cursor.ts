import { validationError } from '../../platform/errors/common.errors.js';

const FORM = /^(0|[1-9]\d{0,14})$/;

/**
 * How far a reader of the change feed has come: the sequence of the last transaction seen. Opaque to callers, and
 * bound to the integration, so that it is refused elsewhere rather than misread.
 */
export function encodeChangeCursor(sequence: number, integrationId: string): string {
  return Buffer.from(`${integrationId}:${sequence}`).toString('base64url');
}

/** @throws VALIDATION_ERROR for text that this integration's feed did not give. */
export function decodeChangeCursor(text: string, integrationId: string): number {
  const [owner, sequence = ''] = Buffer.from(text, 'base64url').toString().split(':');
  if (owner === integrationId && FORM.test(sequence)) return Number(sequence);
  const message = 'cursor must be a nextCursor of this feed, or "latest"';
  throw validationError([{ path: 'cursor', message }]);
}
