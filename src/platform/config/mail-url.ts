import { isIP } from 'node:net';
import { z } from 'zod';
import { type TlsFiles, tlsFiles, tlsFilesProblem, urlPartsProblem } from './tls-files.js';

/** An SMTP server and the login there. */
export interface MailServer {
  host: string;
  port: number;
  /**
   * `immediate` for `smtps`. `starttls` for `smtp`: without TLS nothing is sent. `none` is allowed for this
   * machine only.
   */
  encryption: 'immediate' | 'starttls' | 'none';
  tls: Pick<TlsFiles, 'ca'>;
  /** Undefined if the server needs no login. */
  login?: { user: string; pass: string };
}

/** An email address with a display name. */
export interface Mailbox {
  name: string;
  address: string;
}

const PROTOCOLS = ['smtp:', 'smtps:'];
const PARAMETERS = ['ssl-mode', 'ssl-ca'];
const PORTS: Record<string, number> = { 'smtp:': 587, 'smtps:': 465 };

/** Returns what is wrong with a `MAIL_URL`, or undefined. */
export function mailUrlProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return 'must be a URL such as smtp://user:password@mail.example:587';
  const url = new URL(text);
  if (!PROTOCOLS.includes(url.protocol) || url.hostname === '')
    return 'must begin with smtp:// or smtps:// and a host';
  if (url.pathname.length > 1 || url.hash !== '') return 'must have no path after the host';
  const problem = urlPartsProblem(url, PARAMETERS);
  if (problem !== undefined) return problem;
  if ((url.username === '') !== (url.password === ''))
    return 'must hold both a user and a password, or neither';
  return modeProblem(url) ?? tlsFilesProblem(url.searchParams);
}

function modeProblem({ protocol, hostname, searchParams }: URL): string | undefined {
  const mode = searchParams.get('ssl-mode');
  if (mode === null || mode === 'VERIFY_IDENTITY') return undefined;
  if (mode !== 'DISABLED') return 'ssl-mode must be VERIFY_IDENTITY, the default, or DISABLED';
  if (protocol === 'smtps:') return 'smtps:// encrypts; without encryption it is smtp://';
  return isThisMachine(hostname) ? undefined : 'ssl-mode may be DISABLED for localhost only';
}

function isThisMachine(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname === '[::1]' || (isIP(hostname) === 4 && hostname.startsWith('127.'))
  );
}

/**
 * Parses a valid `MAIL_URL` and reads the file that it names.
 * @throws the error of the file system
 */
export function mailServer(text: string): MailServer {
  const url = new URL(text);
  const isPlain = url.searchParams.get('ssl-mode') === 'DISABLED';
  const [user, pass] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port) || (PORTS[url.protocol] as number),
    encryption: url.protocol === 'smtps:' ? 'immediate' : isPlain ? 'none' : 'starttls',
    tls: tlsFiles(url.searchParams),
    ...(user === '' ? {} : { login: { user, pass } }),
  };
}

/** Parses `ana@acme.example` or `Acme <ana@acme.example>`. Returns undefined for other text. */
export function parseMailbox(text: string): Mailbox | undefined {
  const open = text.endsWith('>') ? text.indexOf('<') : -1;
  const name = open === -1 ? '' : text.slice(0, open).trim();
  const address = open === -1 ? text : text.slice(open + 1, -1);
  return z.email().safeParse(address).success && !/[\p{Cc}<>"]/u.test(name) ? { name, address } : undefined;
}
