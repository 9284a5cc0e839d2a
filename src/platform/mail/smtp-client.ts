import { Inject, Injectable } from '@nestjs/common';
import type { SendMailOptions, Transporter } from 'nodemailer';
import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { mailServer, type MailServer } from '../config/mail-url.js';
import { withoutCredentials } from '../logging/redaction.js';
import { cutText } from '../values/cut-text.js';

/** One message to send. */
export interface Outgoing {
  /** The same in every attempt. */
  id: string;
  to: string;
  at: Date;
  subject: string;
  text: string;
}

/**
 * The result of one attempt: `refused` by the server for good, `later` if the server asks for a retry, `away`
 * if the server accepts no message now. The other members give the reason.
 */
export interface Exchange {
  outcome: 'sent' | 'refused' | 'later' | 'away';
  code?: string;
  responseCode?: number;
  response?: string;
}

/** Time limit of one attempt. */
export const EXCHANGE_MS = 30_000;
const CONNECT_MS = 10_000;
const SILENCE_MS = 20_000;
/** When the process stops, a running attempt may continue this long, so it need not be repeated. */
const LAST_MS = 3_000;
const MAX_RESPONSE = 300;
/**
 * A server's reply to these commands is about the one message. A reply to an earlier command is about our
 * connection.
 */
const ABOUT_THE_MESSAGE = ['RCPT TO', 'DATA'];

/** Client of the SMTP server of `MAIL_URL`. It loads its library with the first message. */
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

  /**
   * Passes addresses as objects instead of text, so a name or address cannot inject a second address or a
   * header.
   */
  private message({ id, to, at, subject, text }: Outgoing): SendMailOptions {
    return {
      from: this.config.MAIL_FROM,
      to: { name: '', address: to },
      subject,
      text,
      date: at,
      messageId: `<${id}@${this.host}>`,
      // RFC 3834: automatic replies such as holiday notices must not answer.
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

/** A server's reply may quote a link of the message, or, after AUTH, our login. */
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

/** Returns a signal that aborts some time after the process begins to stop, unless `over` comes first. */
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
