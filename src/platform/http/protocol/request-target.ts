import { type AppError } from '../../errors/app-error.js';
import { CommonErrors } from '../../errors/common.errors.js';

/** What asks about the server as a whole (RFC 9112, section 3.2.4). */
export const WHOLE_SERVER = '*';

const SCHEME_AND_HOST = /^https?:\/\/[^/?#]*/i;

/**
 * A request target as the router is to see it: a path with its query string. Of `http://host/path` it is the path (RFC
 * 9112, section 3.2.2). One slash at the end of a path changes nothing. What does not decode is encoded once more, so
 * that the request takes the usual way until `targetProblem` refuses it.
 */
export function routedUrl(target: string): string {
  if (target === WHOLE_SERVER) return '/';
  const [path, rest] = splitTarget(target);
  const bare = path.length > 1 && path.endsWith('/') && !path.endsWith('//') ? path.slice(0, -1) : path;
  return (decodes(bare) ? bare : bare.replaceAll('%', '%25')) + rest;
}

/** Why a request target can name nothing, if so. */
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
