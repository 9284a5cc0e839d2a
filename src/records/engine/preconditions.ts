import type { AppError } from '../../platform/errors/app-error.js';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { isAny, isTagList, matchesStrongly, matchesWeakly } from '../../platform/http/entity-tags.js';

/** Precondition headers of a write. */
export interface Preconditions {
  ifMatch: string | undefined;
  ifNoneMatch: string | undefined;
}

/**
 * Returns the strong ETag of a record: its version, which changes with its content.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3
 */
export function etagOf(version: number): string {
  return `"v${version}"`;
}

/**
 * Checks both headers of a write, `If-Match` first. A header without valid entity tags always fails, because
 * its sender wanted a condition.
 * @param version version of the live record; undefined if there is none
 * @param name name of the record in messages
 * @throws PRECONDITION_FAILED with the actual state
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2
 */
export function requirePreconditions(
  { ifMatch, ifNoneMatch }: Preconditions,
  version: number | undefined,
  name: string,
): void {
  if (ifMatch !== undefined) requireMatch(ifMatch, version, name);
  if (ifNoneMatch !== undefined) requireNoMatch(ifNoneMatch, version, name);
}

function requireMatch(header: string, version: number | undefined, name: string): void {
  requireTags('If-Match', header);
  if (version === undefined) throw failed(`Record not found: ${name}. If-Match requires an existing record.`);
  const etag = etagOf(version);
  if (matchesStrongly(header, etag)) return;
  if (matchesWeakly(header, etag))
    throw failed(`If-Match accepts only strong ETags. Send ${etag} without W/.`);
  throw failed(`The record has changed since the given ETag. Its current ETag is ${etag}.`);
}

function requireNoMatch(header: string, version: number | undefined, name: string): void {
  requireTags('If-None-Match', header);
  if (version === undefined || !matchesWeakly(header, etagOf(version))) return;
  if (isAny(header)) throw failed(`If-None-Match failed: a ${name} already exists.`);
  throw failed(`If-None-Match failed: the current ETag is ${etagOf(version)}.`);
}

function requireTags(header: string, value: string): void {
  if (!isTagList(value)) throw failed(`${header} must be * or quoted ETags such as "v1".`);
}

function failed(message: string): AppError {
  return CommonErrors.preconditionFailed.error({ message });
}
