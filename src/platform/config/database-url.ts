import { isIP } from 'node:net';
import { TLS_FILES, type TlsFiles, tlsFiles, tlsFilesProblem, urlPartsProblem } from './tls-files.js';

/** The address of a MySQL or MariaDB server and the login there. */
export interface DatabaseAddress {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  /** Undefined if the connection is not encrypted. */
  ssl?: TlsFiles & { rejectUnauthorized: boolean; verifyIdentity: boolean };
}

const DEFAULT_PORT = 3306;
const SSL_MODES = ['DISABLED', 'REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY'];

/**
 * Returns what is wrong with a `DATABASE_URL`, or undefined. Its parameters have the names that MySQL's own
 * clients use.
 */
export function databaseUrlProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return 'must be a URL';
  const url = new URL(text);
  if (url.pathname.length < 2) return 'must name a database after the host';
  const problem = urlPartsProblem(url, ['ssl-mode', ...TLS_FILES]);
  if (problem !== undefined) return problem;
  const mode = url.searchParams.get('ssl-mode');
  if (mode === null)
    return url.searchParams.size > 0 ? 'needs ssl-mode beside the other parameters' : undefined;
  if (mode === 'VERIFY_IDENTITY' && isIP(hostOf(url)) !== 0)
    return 'names the host by its address, which ssl-mode=VERIFY_IDENTITY cannot check; name it, or use VERIFY_CA';
  if (!SSL_MODES.includes(mode)) return `ssl-mode must be one of ${SSL_MODES.join(', ')}`;
  return tlsFilesProblem(url.searchParams);
}

/**
 * Parses a valid `DATABASE_URL` and reads the files that it names.
 * @throws the error of the file system
 */
export function databaseAddress(text: string): DatabaseAddress {
  const url = new URL(text);
  const ssl = sslOf(url.searchParams);
  return {
    host: hostOf(url),
    port: Number(url.port) || DEFAULT_PORT,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    ...(ssl ? { ssl } : {}),
  };
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

function sslOf(parameters: URLSearchParams): DatabaseAddress['ssl'] {
  const mode = parameters.get('ssl-mode') ?? 'DISABLED';
  if (mode === 'DISABLED') return undefined;
  return {
    ...tlsFiles(parameters),
    rejectUnauthorized: mode !== 'REQUIRED',
    verifyIdentity: mode === 'VERIFY_IDENTITY',
  };
}
