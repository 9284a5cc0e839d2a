/** A message to one person, in plain text. It may hold a link that lets its reader in, so nothing logs the text. */
export interface Mail {
  /** On whose behalf it is sent. */
  companyId: string;
  to: string;
  subject: string;
  text: string;
  /** When what it says is true no longer; at most some days ahead. */
  expiresAt: Date;
}
