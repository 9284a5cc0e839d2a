import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { LOCAL_CERTIFICATE, SERVER_KEY } from '../tls/authority.js';
import { EventWaiter } from '../waiting/event-waiter.js';

/** A message that the mail server accepted. */
export interface ReceivedMail {
  from: string;
  to: string[];
  /** Headers and body, as received. */
  raw: string;
  encrypted: boolean;
  user: string | undefined;
}

/** Decides whether the mail server refuses a recipient or a message. */
type Verdict = (recipient: string) => Error | undefined;

/** A mail server on a free port of localhost. */
export interface MailServer {
  port: number;
  received: ReceivedMail[];
  /** All recipients that it received, including refused ones. */
  offered: string[];
  until(condition: () => boolean, what: string): Promise<void>;
  stop(): Promise<void>;
}

export const LOGIN = { user: 'ops@eudr.example', pass: 'p@ss:w/rd%' };

/** The login in the form of a URL. */
export const LOGIN_IN_URL = `${encodeURIComponent(LOGIN.user)}:${encodeURIComponent(LOGIN.pass)}`;

/** Returns a refusal of the server, such as 550. */
export function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

export interface MailServerOptions {
  /** Certificate; default: one for localhost. */
  cert?: string;
  /** Whether TLS starts with the first byte. */
  secure?: boolean;
  /** Whether the server offers neither STARTTLS nor logins. */
  plain?: boolean;
  /** Refuses a recipient, or a message at its end. */
  onRecipient?: Verdict;
  onMessage?: Verdict;
  port?: number;
}

/** Starts a mail server. It accepts mail only after a login over TLS, unless it is `plain`. */
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

/** Starts a server that accepts connections and never sends anything. */
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
