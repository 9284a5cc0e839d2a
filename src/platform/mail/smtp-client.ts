import { Inject, Injectable } from '@nestjs/common';
import type { SendMailOptions, Transporter } from 'nodemailer';
import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { mailServer, type MailServer } from '../config/mail-url.js';
import { withoutCredentials } from '../logging/redaction.js';
import { cutText } from '../values/cut-text.js';

/** One message on its way. */
export interface Outgoing {
  /** The same in each try. */
  id: string;
  to: string;
  at: Date;
  subject: string;
  text: string;
}

/**
 * How one try ended: `refused` for good by the server, `later` where it asks to try again, `away` where it takes no
 * message at all just now. The rest says why.
 */
export interface Exchange {
  outcome: 'sent' | 'refused' | 'later' | 'away';
  code?: string;
  responseCode?: number;
  response?: string;
}

/** How long one exchange may take in all. */
export const EXCHANGE_MS = 30_000;
const CONNECT_MS = 10_000;
const SILENCE_MS = 20_000;
/** How long a process that stops lets an exchange go on, so that it need not be repeated. */
const LAST_MS = 3_000;
const MAX_RESPONSE = 300;
/** What the server says to these is about the one message; to anything before them, about us. */
const ABOUT_THE_MESSAGE = ['RCPT TO', 'DATA'];

/** Speaks to the SMTP server of `MAIL_URL`. The library for it is loaded with the first message. */
@Injectable()
export class SmtpClient {
  private transporter: Promise<Transporter> | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'MAIL_URL' | 'MAIL_FROM' | 'PUBLIC_URL'>,
  ) {}

  async send(mail: Outgoing, stopping: AbortSignal): Promise<Exchange> {
    const over = new AbortController();
    const stopped = soonAfter(stopping, over.signal);
    const signal = AbortSignal.any([AbortSignal.timeout(EXCHANGE_MS), stopped]);
    try {
      this.transporter ??= createTransporter(mailServer(this.config.MAIL_URL as string), this.host);
      await (await this.transporter).sendMail({ ...this.message(mail), signal });
      return { outcome: 'sent' };
    } catch (error) {
      return exchangeOf(error as SmtpError);
    } finally {
      over.abort();
    }
  }

  private get host(): string {
    return new URL(this.config.PUBLIC_URL).hostname;
  }

  /** Addresses are given apart and not as text, so that no name or address can become another one or a header. */
  private message({ id, to, at, subject, text }: Outgoing): SendMailOptions {
    return {
      from: this.config.MAIL_FROM,
      to: { name: '', address: to },
      subject,
      text,
      date: at,
      messageId: `<${id}@${this.host}>`,
      // RFC 3834: nobody's holiday notice is to answer.
      headers: { 'Auto-Submitted': 'auto-generated' },
      disableFileAccess: true,
      disableUrlAccess: true,
    };
  }
}

async function createTransporter(server: MailServer, name: string): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  const { host, port, encryption, tls, login } = server;
  return createTransport({
    host,
    port,
    name,
    secure: encryption === 'immediate',
    requireTLS: encryption === 'starttls',
    ignoreTLS: encryption === 'none',
    tls: { ...tls, minVersion: 'TLSv1.2', rejectUnauthorized: true },
    ...(login && { auth: login }),
    dnsTimeout: CONNECT_MS,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    maxResponseSize: 64 * 1024,
  });
}

interface SmtpError {
  code?: string;
  command?: string;
  response?: string;
  responseCode?: number;
}

/** A server's words may hold a link of the message that it quotes, and after AUTH what we logged in with. */
function exchangeOf({ code = 'UNKNOWN', command = '', response, responseCode = 0 }: SmtpError): Exchange {
  const words = command.startsWith('AUTH') ? undefined : response;
  const why = {
    code,
    ...(responseCode > 0 && { responseCode }),
    ...(words !== undefined && { response: cutText(withoutCredentials(words), MAX_RESPONSE) }),
  };
  if (!ABOUT_THE_MESSAGE.includes(command) || responseCode === 0) return { outcome: 'away', ...why };
  return { outcome: responseCode >= 500 ? 'refused' : 'later', ...why };
}

/** Aborted some time after the process was told to stop, unless it is over before. */
function soonAfter(stopping: AbortSignal, over: AbortSignal): AbortSignal {
  const late = new AbortController();
  const giveUpSoon = (): void => {
    wait(LAST_MS, undefined, { signal: over, ref: false }).then(
      () => late.abort(),
      () => undefined,
    );
  };
  if (stopping.aborted) giveUpSoon();
  else stopping.addEventListener('abort', giveUpSoon, { once: true, signal: over });
  return late.signal;
}
