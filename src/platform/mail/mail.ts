/**
 * A plain-text message to one person. It may hold a link that grants access, so its text must not be logged.
 */
export interface Mail {
  /** The company that the message is sent for. */
  companyId: string;
  to: string;
  subject: string;
  text: string;
  /** When the content becomes outdated; at most some days ahead. */
  expiresAt: Date;
}
