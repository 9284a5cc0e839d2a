import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { LOCAL_CERTIFICATE, SERVER_KEY } from '../tls/authority.js';
import { EventWaiter } from '../waiting/event-waiter.js';

/** One message as a mail server took it. */
export interface ReceivedMail {
  from: string;
  to: string[];
  /** Headers and body, as they came. */
  raw: string;
  encrypted: boolean;
  user: string | undefined;
}

/** What a mail server does with a message after which the test goes on. */
type Verdict = (recipient: string) => Error | undefined;

/** A mail server on a free port of localhost. */
export interface MailServer {
  port: number;
  received: ReceivedMail[];
  /** How many recipients it was given, those included that it refused. */
  offered: string[];
  until(condition: () => boolean, what: string): Promise<void>;
  stop(): Promise<void>;
}

export const LOGIN = { user: 'ops@eudr.example', pass: 'p@ss:w/rd%' };

/** The same, as a URL holds it. */
export const LOGIN_IN_URL = `${encodeURIComponent(LOGIN.user)}:${encodeURIComponent(LOGIN.pass)}`;

/** An answer of the server that refuses, such as 550. */
export function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

export interface MailServerOptions {
  /** Of the certificate; unset: one for localhost. */
  cert?: string;
  /** From the first byte on. */
  secure?: boolean;
  /** STARTTLS and log-ins are not offered. */
  plain?: boolean;
  /** Says of a recipient, or at the end of a message, that it is refused. */
  onRecipient?: Verdict;
  onMessage?: Verdict;
  port?: number;
}

/** Starts one that takes mail only of who logs in over TLS, unless it is a plain one. */
export async function startMailServer(options: MailServerOptions = {}): Promise<MailServer> {
  const [received, offered]: [ReceivedMail[], string[]] = [[], []];
  const waiter = new EventWaiter();
  const server = new SMTPServer({
    ...settings(options),
    onRcptTo: ({ address }, _session, done) => {
      offered.push(address);
      waiter.notify();
      done(options.onRecipient?.(address));
    },
    onData: (stream, session, done) => {
      void text(stream).then((raw) => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        const refused = options.onMessage?.(to.join());
        const from = session.envelope.mailFrom ? session.envelope.mailFrom.address : '';
        const { secure: encrypted, user } = session;
        if (!refused) received.push({ from, to, raw, encrypted, user: user as string | undefined });
        done(refused);
        waiter.notify();
      });
    },
  });
  server.on('error', () => undefined);
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  const stop = (): Promise<void> => new Promise((resolve) => void server.close(() => resolve()));
  return { port, received, offered, until: (condition, what) => waiter.until(condition, what), stop };
}

function settings({
  cert = LOCAL_CERTIFICATE,
  secure = false,
  plain = false,
}: MailServerOptions): SMTPServerOptions {
  if (plain) return { disabledCommands: ['AUTH', 'STARTTLS'], closeTimeout: 100, logger: false };
  return {
    secure,
    key: SERVER_KEY,
    cert,
    closeTimeout: 100,
    logger: false,
    onAuth: ({ username, password }, _session, done) =>
      username === LOGIN.user && password === LOGIN.pass
        ? done(null, { user: username })
        : done(new Error(`Invalid credentials of ${username}`)),
  };
}

/** A server that takes connections and never says a word. */
export async function startSilentServer(): Promise<
  Pick<MailServer, 'port' | 'stop'> & { calls: EventWaiter; count(): number }
> {
  const sockets = new Set<Socket>();
  const calls = new EventWaiter();
  let count = 0;
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    count += 1;
    calls.notify();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  return { port: (server.address() as AddressInfo).port, stop, calls, count: () => count };
}
