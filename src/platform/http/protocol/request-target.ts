import { type AppError } from '../../errors/app-error.js';
import { CommonErrors } from '../../errors/common.errors.js';

/** The request target that means the whole server (RFC 9112, section 3.2.4). */
export const WHOLE_SERVER = '*';

const SCHEME_AND_HOST = /^https?:\/\/[^/?#]*/i;

/**
 * Converts a request target for the router: a path with its query string.
 * - `http://host/path` becomes `/path` (RFC 9112, section 3.2.2).
 * - One slash at the end of the path is removed.
 * - A path that does not decode is encoded once more, so that the router accepts it. `targetProblem` then
 *   refuses it.
 */
export function routedUrl(target: string): string {
  if (target === WHOLE_SERVER) return '/';
  const [path, rest] = splitTarget(target);
  const bare = path.length > 1 && path.endsWith('/') && !path.endsWith('//') ? path.slice(0, -1) : path;
  return (decodes(bare) ? bare : bare.replaceAll('%', '%25')) + rest;
}

/** Returns the error for a request target that cannot name a resource. */
export function targetProblem(target: string): AppError | undefined {
  const [path] = splitTarget(target);
  if (path.includes('//')) return CommonErrors.notFound.error();
  if (decodes(path)) return undefined;
  const message = 'The path must be percent-encoded UTF-8.';
  return CommonErrors.validation.error({ message });
}

function splitTarget(target: string): [path: string, queryAndFragment: string] {
  const local = target.startsWith('/') ? target : target.replace(SCHEME_AND_HOST, '');
  const end = local.search(/[?#]/);
  return end < 0 ? [local || '/', ''] : [local.slice(0, end) || '/', local.slice(end)];
}

function decodes(path: string): boolean {
  if (!path.includes('%')) return true;
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
