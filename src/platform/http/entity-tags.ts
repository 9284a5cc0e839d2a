import { hash } from 'node:crypto';
import type { FastifyReply } from 'fastify';

const TAG = /(?:W\/)?"[^"]*"/g;
const TAG_CHARACTERS = 22;

/** Returns a strong ETag of a response body. Equal bytes give equal tags. */
export function tagOf(body: Buffer): string {
  return `"${hash('sha256', body, 'base64url').slice(0, TAG_CHARACTERS)}"`;
}

/** Whether a header is `*` or a list of entity tags (RFC 9110, section 8.8.3). */
export function isTagList(header: string): boolean {
  const rest = header.replace(TAG, '');
  return header.trim() === '*' || (rest.length < header.length && /^[\s,]*$/.test(rest));
}

/** Whether a header is `*`, which matches any existing resource. */
export function isAny(header: string): boolean {
  return header.trim() === '*';
}

/** Compares as `If-Match` does: `*` or an equal tag, both strong. */
export function matchesStrongly(header: string, tag: string): boolean {
  return isAny(header) || (isTagList(header) && tagsOf(header).includes(tag));
}

/** Compares as `If-None-Match` does: `*` or an equal tag, weak or strong. */
export function matchesWeakly(header: string, tag: string): boolean {
  const opaque = tag.replace(/^W\//, '');
  return (
    isAny(header) || (isTagList(header) && tagsOf(header).some((one) => one.replace(/^W\//, '') === opaque))
  );
}

/**
 * Sets the ETag of a GET response.
 * @param caching who may keep the response, as `Cache-Control` says it; the caller's own cache unless given
 * @returns whether `If-None-Match` matches; the response is then a 304 without a body
 */
export function isUnchanged(
  reply: FastifyReply,
  ifNoneMatch: string | undefined,
  tag: string,
  caching = 'private, no-cache',
): boolean {
  void reply.header('ETag', tag).header('Cache-Control', caching);
  if (ifNoneMatch === undefined || !matchesWeakly(ifNoneMatch, tag)) return false;
  void reply.code(304);
  return true;
}

function tagsOf(header: string): string[] {
  return header.match(TAG) ?? [];
}
