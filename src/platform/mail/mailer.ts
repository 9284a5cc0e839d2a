/** A message to one person, in plain text. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
}

/** Injection token of the process's `Mailer`. */
export const MAILER = Symbol('MAILER');

/** Delivers mail. A message may hold a link that lets its reader in, so no implementation logs the text. */
export interface Mailer {
  /** Resolves when the message is handed over; delivery may take longer. @throws what kept it from that. */
  send(mail: Mail): Promise<void>;
}
