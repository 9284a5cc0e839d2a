import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

/** Certificates and keys in PEM, as `tls.connect` takes them. */
export interface TlsFiles {
  ca?: Buffer;
  cert?: Buffer;
  key?: Buffer;
}

/** URL parameters that name files for TLS: trusted authorities, our own certificate, and its key. */
export const TLS_FILES = ['ssl-ca', 'ssl-cert', 'ssl-key'];

/**
 * Returns what is wrong with the query, user and password of a URL, or undefined. It refuses an unknown
 * parameter, because its author believes that it works.
 */
export function urlPartsProblem(
  { searchParams, username, password, pathname }: URL,
  known: string[],
): string | undefined {
  const names = [...searchParams.keys()];
  if (names.some((name) => !known.includes(name)))
    return `has an unknown parameter; known are ${known.join(', ')}`;
  if (new Set(names).size < names.length) return 'has a parameter twice';
  if (![username, password, pathname].every(isPercentEncoded))
    return 'has a part with a % that begins no percent-encoded byte; write %25 for it';
  return undefined;
}

/**
 * Reads the files that the parameters name.
 * @throws the error of the file system
 */
export function tlsFiles(parameters: URLSearchParams): TlsFiles {
  const files = TLS_FILES.flatMap((name) => {
    const path = parameters.get(name);
    return path === null ? [] : [[name.slice('ssl-'.length), readFileSync(path)]];
  });
  return Object.fromEntries(files) as TlsFiles;
}

/** Returns what is wrong with the files that the parameters name, or undefined. */
export function tlsFilesProblem(parameters: URLSearchParams): string | undefined {
  const unreadable = TLS_FILES.find(
    (name) => parameters.has(name) && !isReadable(parameters.get(name) ?? ''),
  );
  if (unreadable !== undefined) return `${unreadable} names a file that cannot be read`;
  try {
    const files = tlsFiles(parameters);
    // `createSecureContext` ignores an invalid authority, so it is checked here.
    if (files.ca) new X509Certificate(files.ca);
    createSecureContext(files);
    return undefined;
  } catch {
    return 'ssl-ca, ssl-cert and ssl-key must name files in PEM, and the key must be the one of the certificate';
  }
}

function isReadable(path: string): boolean {
  try {
    return readFileSync(path).length > 0;
  } catch {
    return false;
  }
}

function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
