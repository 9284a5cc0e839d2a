import type { Mail } from '../../platform/mail/mail.js';

/**
 * Returns the link of an invitation. Its token follows the `#`, which browsers do not send, so no log
 * contains it.
 */
export function invitationLink(publicUrl: string, raw: string): string {
  return `${publicUrl}/console/invitation#${raw}`;
}

/** Returns the mail of an invitation. */
export function invitationMail(
  company: string,
  link: string,
  expiresAt: Date,
): Pick<Mail, 'subject' | 'text'> {
  const text = [
    `You are invited to ${company} on the EUDR platform.`,
    '',
    `Open this link before ${minuteOf(expiresAt)} to accept. It works once.`,
    '',
    link,
    '',
    'If you know nothing of this, do nothing: the invitation ends by itself.',
  ];
  return { subject: `Invitation to ${oneLine(company)}`, text: text.join('\n') };
}

/** Formats a time as `2026-05-01 12:30 UTC`, because the reader's time zone is unknown. */
function minuteOf(moment: Date): string {
  return `${moment.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** A company's name may contain line breaks. In a subject they would start another header. */
function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}
