import { readFileSync } from 'node:fs';

/** Where a MySQL or MariaDB server is, and how to log in there. */
export interface DatabaseAddress {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  /** Undefined: the connection is not encrypted. */
  ssl?: { ca?: Buffer; cert?: Buffer; key?: Buffer; rejectUnauthorized: boolean; verifyIdentity: boolean };
}

const DEFAULT_PORT = 3306;
const SSL_MODES = ['DISABLED', 'REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY'];
const FILES = ['ssl-ca', 'ssl-cert', 'ssl-key'];

/**
 * What is wrong with a `DATABASE_URL`, or undefined. A parameter that the product does not know is refused, for who
 * writes it believes that it works. The names are those of MySQL's own clients.
 */
export function databaseUrlProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return 'must be a URL';
  const { pathname, searchParams } = new URL(text);
  if (pathname.length < 2) return 'must name a database after the host';
  const names = [...searchParams.keys()];
  const unknown = names.find((name) => name !== 'ssl-mode' && !FILES.includes(name));
  if (unknown !== undefined) return `has an unknown parameter; known are ssl-mode, ${FILES.join(', ')}`;
  if (new Set(names).size < names.length) return 'has a parameter twice';
  const mode = searchParams.get('ssl-mode');
  if (mode === null) return names.length > 0 ? 'needs ssl-mode beside the other parameters' : undefined;
  if (!SSL_MODES.includes(mode)) return `ssl-mode must be one of ${SSL_MODES.join(', ')}`;
  return undefined;
}

/** The parts of a `DATABASE_URL` that has no problem; reads the files that it names. @throws the file system's error. */
export function databaseAddress(text: string): DatabaseAddress {
  const url = new URL(text);
  const ssl = sslOf(url.searchParams);
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port) || DEFAULT_PORT,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    ...(ssl ? { ssl } : {}),
  };
}

function sslOf(parameters: URLSearchParams): DatabaseAddress['ssl'] {
  const mode = parameters.get('ssl-mode') ?? 'DISABLED';
  if (mode === 'DISABLED') return undefined;
  const files = FILES.flatMap((name) => {
    const path = parameters.get(name);
    return path === null ? [] : [[name.slice('ssl-'.length), readFileSync(path)]];
  });
  return {
    ...(Object.fromEntries(files) as { ca?: Buffer; cert?: Buffer; key?: Buffer }),
    rejectUnauthorized: mode !== 'REQUIRED',
    verifyIdentity: mode === 'VERIFY_IDENTITY',
  };
}
