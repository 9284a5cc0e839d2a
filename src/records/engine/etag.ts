import { CommonErrors } from '../../platform/errors/common.errors.js';

/**
 * A record's strong entity tag: its version, which moves with every change of its content.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3
 */
export function etagOf(version: number): string {
  return `"v${version}"`;
}

/** Whether one of the tags of `If-None-Match` is the record's; weak comparison, as RFC 9110 asks there. */
export function matchesNone(header: string | undefined, version: number): boolean {
  return (
    header === undefined ||
    !tagsOf(header).some((tag) => tag === '*' || tag.replace(/^W\//, '') === etagOf(version))
  );
}

/**
 * @param version of what is stored; undefined where nothing is.
 * @throws PRECONDITION_FAILED where `If-Match` names none of it.
 */
export function requireMatch(header: string | undefined, version: number | undefined): void {
  if (header === undefined) return;
  const holds = version !== undefined && tagsOf(header).some((tag) => tag === '*' || tag === etagOf(version));
  if (!holds) throw CommonErrors.preconditionFailed.error();
}

function tagsOf(header: string): string[] {
  return header.split(',').map((tag) => tag.trim());
}
