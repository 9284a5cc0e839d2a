import type { Mail } from '../../platform/mail/mail.js';

/** The link that lets someone in: its token stands after the `#`, which browsers keep to themselves, out of any log. */
export function invitationLink(publicUrl: string, raw: string): string {
  return `${publicUrl}/console/invitation#${raw}`;
}

/** The mail that invites someone to a company. */
export function invitationMail(company: string, link: string): Pick<Mail, 'subject' | 'text'> {
  const text = [
    `You are invited to ${company} on the EUDR platform.`,
    '',
    'Open this link within 7 days to accept. It works once.',
    '',
    link,
    '',
    'If you know nothing of this, do nothing: the invitation ends by itself.',
  ];
  return { subject: `Invitation to ${oneLine(company)}`, text: text.join('\n') };
}

/** A company's name may hold line breaks, which in a subject would begin another header. */
function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}
