import type { Mail } from '../../platform/mail/mail.js';

/** The link that lets someone in: its token stands after the `#`, which browsers keep to themselves, out of any log. */
export function invitationLink(publicUrl: string, raw: string): string {
  return `${publicUrl}/console/invitation#${raw}`;
}

/** The mail that invites someone to a company. */
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

/** Such as `2026-05-01 12:30 UTC`: mail has no reader's time zone. */
function minuteOf(moment: Date): string {
  return `${moment.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** A company's name may hold line breaks, which in a subject would begin another header. */
function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}
