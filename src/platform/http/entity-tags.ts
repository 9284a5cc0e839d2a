import { hash } from 'node:crypto';
import type { FastifyReply } from 'fastify';

const TAG = /(?:W\/)?"[^"]*"/g;
const TAG_CHARACTERS = 22;

/** A strong entity tag of a response body: the same for the same bytes. */
export function tagOf(body: Buffer): string {
  return `"${hash('sha256', body, 'base64url').slice(0, TAG_CHARACTERS)}"`;
}

/** Whether a header is `*`, or holds entity tags and nothing else (RFC 9110, section 8.8.3). */
export function isTagList(header: string): boolean {
  const rest = header.replace(TAG, '');
  return header.trim() === '*' || (rest.length < header.length && /^[\s,]*$/.test(rest));
}

/** Whether a header is `*`, which stands for anything that is there. */
export function isAny(header: string): boolean {
  return header.trim() === '*';
}

/** Whether `*` or one of the header's tags is this one, both strong: the comparison of `If-Match`. */
export function matchesStrongly(header: string, tag: string): boolean {
  return isAny(header) || (isTagList(header) && tagsOf(header).includes(tag));
}

/** Whether `*` or one of the header's tags is this one, weak or strong: the comparison of `If-None-Match`. */
export function matchesWeakly(header: string, tag: string): boolean {
  const opaque = tag.replace(/^W\//, '');
  return (
    isAny(header) || (isTagList(header) && tagsOf(header).some((one) => one.replace(/^W\//, '') === opaque))
  );
}

/**
 * Tags an answer to GET, so that a cache of the caller alone may keep it and ask whether it changed.
 * @returns whether the caller's `If-None-Match` names it; then the answer is a 304, and has no body.
 */
export function isUnchanged(reply: FastifyReply, ifNoneMatch: string | undefined, tag: string): boolean {
  void reply.header('ETag', tag).header('Cache-Control', 'private, no-cache');
  if (ifNoneMatch === undefined || !matchesWeakly(ifNoneMatch, tag)) return false;
  void reply.code(304);
  return true;
}

function tagsOf(header: string): string[] {
  return header.match(TAG) ?? [];
}
