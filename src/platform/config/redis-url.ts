import type { RedisOptions } from 'ioredis';
import { TLS_FILES, tlsFiles, tlsFilesProblem, urlPartsProblem } from './tls-files.js';

const PLAIN = 'redis:';
const ENCRYPTED = 'rediss:';

/** Returns what is wrong with a `REDIS_URL`, or undefined. */
export function redisUrlProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return 'must be a URL such as redis://host:6379';
  const url = new URL(text);
  if (![PLAIN, ENCRYPTED].includes(url.protocol) || url.hostname === '')
    return 'must begin with redis:// or rediss:// and a host';
  if (!/^\/?\d{0,5}$/.test(url.pathname))
    return 'may have the number of a database after the host, and nothing else';
  const problem = urlPartsProblem(url, TLS_FILES);
  if (problem !== undefined) return problem;
  if (url.protocol === PLAIN && url.searchParams.size > 0)
    return 'must begin with rediss:// where it has parameters for TLS';
  return tlsFilesProblem(url.searchParams);
}

/**
 * Converts a valid `REDIS_URL` for the driver and reads the files that it names.
 * @throws the error of the file system
 */
export function redisAddress(text: string): { url: string; options: Pick<RedisOptions, 'tls'> } {
  const url = new URL(text);
  const tls = tlsFiles(url.searchParams);
  url.search = '';
  return { url: url.href, options: url.protocol === ENCRYPTED ? { tls } : {} };
}
